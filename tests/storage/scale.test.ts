import { expect, it } from 'vitest';
import { importAll, newProject, picture, reopened } from './support.ts';

const size = 100_000;
const chunk = 500;

/** Does it, and prints how long it took: numbers to look at, not a gate. */
function timed<T>(what: string, work: () => T): T {
  const start = performance.now();
  const result = work();
  process.stdout.write(`  ${what.padEnd(32)} ${(performance.now() - start).toFixed(1).padStart(8)} ms\n`);
  return result;
}

it('a project of 100,000 pictures answers correctly; its times are printed', () => {
  let project = newProject();
  const importId = project.beginImport();
  const chunks = Array.from({ length: size / chunk }, (_, c) =>
    Array.from({ length: chunk }, (_, n) =>
      picture(c * chunk + n, { className: n % 10 === 9 ? null : `class ${n % 9}` }),
    ),
  );
  timed('import, in chunks of 500', () => {
    for (const images of chunks) project.addImages(importId, images, []);
  });
  timed('split', () => {
    project.finishImport(importId);
  });
  project = timed('close and open', () => reopened(project));

  expect(timed('summary', () => project.summary())).toMatchObject({
    images: size,
    labeled: 90_000,
    train: 72_000,
    val: 9_000,
    test: 9_000,
  });
  expect(timed('classes', () => project.classes())).toHaveLength(9);
  expect(timed('a page at the end', () => project.images({}, size - 200, 200)).images).toHaveLength(200);
  const filter = { classId: 1, split: 'train' } as const;
  expect(timed('a page of a class and split', () => project.images(filter, 5000, 200)).images).toHaveLength(
    200,
  );
  expect(timed('a search', () => project.images({ search: '9999.PNG' }, 0, 200)).total).toBe(10);
  const ids = timed('all ids', () => project.imageIds({}));
  expect(ids).toHaveLength(size);
  expect(timed('the manifest', () => project.manifest()).entries).toHaveLength(90_000);
  expect(timed('label one', () => project.label([10], 1))).toBe(1);
  const others = size - project.images({ classId: 1 }, 0, 1).total;
  expect(timed('label all', () => project.label(ids, 1))).toBe(others);
  timed('undo that', () => project.undo());
  timed('split anew', () => {
    project.assignSplits({ train: 0.6, val: 0.2, test: 0.2 }, 2, false);
  });

  const second = project.beginImport();
  timed('10,000 more and 10,000 duplicates', () => {
    for (let c = 0; c < 20; c++) {
      const fresh = Array.from({ length: chunk }, (_, n) => picture(`new ${c * chunk + n}`));
      project.addImages(second, [...fresh, ...(chunks[c] ?? [])], []);
    }
  });
  timed('take that back', () => {
    project.rollbackImport(second);
  });
  expect(project.summary().images).toBe(size);
  expect(importAll(project, chunks[0] ?? [])).toMatchObject({ added: 0, duplicates: chunk });
});
