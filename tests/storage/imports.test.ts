import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NewImage } from '../../app/core/tasks.ts';
import type { ProjectStore } from '../../app/services/ports.ts';
import { imageFile, thumbnailFile } from '../../app/storage/files.ts';
import { writeManyAtomic } from '../../app/storage/many-files.ts';
import { classId, dump, expectError, importAll, newProject, picture, reopened } from './support.ts';

const many = (count: number, of: (n: number) => Partial<NewImage>): NewImage[] =>
  Array.from({ length: count }, (_, n) => picture(`${n}-${JSON.stringify(of(n))}`, of(n)));

const splitCounts = (project: ProjectStore) => {
  const { train, val, test, unassigned } = project.summary();
  return { train, val, test, unassigned };
};

describe('pictures that arrive', () => {
  it('are joined with exact duplicates, within a chunk and across imports', () => {
    const project = newProject();
    expect(importAll(project, [picture(1), picture(2), picture(1, { name: 'copy.png' })])).toMatchObject({
      added: 2,
      duplicates: 1,
    });
    expect(importAll(project, [picture(2), picture(3)])).toMatchObject({ added: 1, duplicates: 1 });
    expect(project.summary().images).toBe(3);
    expect(dump(project).origins).toMatchObject([
      { image_id: 1, name: 'copy.png' },
      { image_id: 2, name: '2.png' },
    ]);
  });

  it('take the label and split of a duplicate where they have none, and keep the one they have', () => {
    const project = newProject();
    importAll(project, [picture(1), picture(2, { className: 'cat', split: 'train' })]);
    importAll(project, [
      picture(1, { className: 'dog', split: 'test' }),
      picture(2, { className: 'dog', split: 'test' }),
    ]);
    expect(project.images({}, 0, 10).images).toMatchObject([
      { classId: classId(project, 'dog'), split: 'test' },
      { classId: classId(project, 'cat'), split: 'train' },
    ]);
  });

  it('bring their classes in order of appearance, each with the next colour', () => {
    const project = newProject();
    importAll(
      project,
      ['zebra', ' ant ', 'zebra', 'cafe\u0301', 'caf\u00e9', ' '].map((className, n) =>
        picture(n, { className }),
      ),
    );
    expect(project.classes()).toMatchObject([
      { name: 'zebra', position: 0, color: 0, total: 2 },
      { name: 'ant', position: 1, color: 1, total: 1 },
      { name: 'caf\u00e9', position: 2, color: 2, total: 2 },
    ]);
    expect(project.summary()).toMatchObject({ labeled: 5, unlabeled: 1 });
  });

  it.each([
    '__proto__',
    'constructor',
    "Robert'); DROP TABLE images;--",
    '%_"\\\u0000',
    '\u202Egnp.exe',
    'x'.repeat(10_000),
    '<img src=x onerror=alert(1)>',
  ])('may be called %j, and their class too', (odd) => {
    const project = newProject();
    importAll(project, [picture(1, { name: odd, className: odd, split: 'train' })]);
    const again = reopened(project);
    expect(again.images({ search: odd.slice(0, 50) }, 0, 10)).toMatchObject({
      total: 1,
      images: [{ name: odd }],
    });
    expect(again.manifest()).toMatchObject({ classes: [odd], entries: [{ name: odd, classIndex: 0 }] });
  });

  it('count in chunks, each of which is on the disk when it returns', () => {
    const project = newProject();
    const importId = project.beginImport();
    for (let chunk = 0; chunk < 4; chunk++) {
      project.addImages(importId, [picture(chunk * 2), picture(chunk * 2 + 1)], []);
      expect(project.summary().images).toBe(chunk * 2 + 2);
    }
  });

  it('must belong to an import', () => {
    const project = newProject();
    expect(() => project.addImages(99, [picture(1)], [])).toThrow('FOREIGN KEY');
    expect(project.summary().images).toBe(0);
    expectError(() => project.finishImport(99), 'invalidInput');
  });
});

describe('files that could not be taken', () => {
  it('are listed newest first, at most a hundred, and all counted', () => {
    const project = newProject();
    const importId = project.beginImport();
    const skipped = Array.from({ length: 130 }, (_, n) => ({ path: `/p/${n}.jpg`, reason: 'empty' }));
    project.addImages(importId, [], skipped);
    const { problems, problemCount } = project.summary();
    expect(problemCount).toBe(130);
    expect(problems).toHaveLength(100);
    expect(problems[0]).toEqual({ path: '/p/129.jpg', reason: 'empty' });
  });
});

describe('splits after an import', () => {
  it('are 80/10/10 in every class where the source told none; the unlabeled stay without', () => {
    const project = newProject();
    importAll(
      project,
      many(120, (n) => ({ className: n < 100 ? `class ${n % 5}` : null })),
    );
    expect(splitCounts(project)).toEqual({ train: 80, val: 10, test: 10, unassigned: 20 });
    for (const each of project.classes()) expect(each).toMatchObject({ train: 16, val: 2, test: 2 });
  });

  it('are the same for the same pictures', () => {
    const pictures = many(60, (n) => ({ className: `class ${n % 3}` }));
    const [one, other] = [newProject(), newProject()];
    importAll(one, pictures);
    importAll(other, pictures);
    expect(one.manifest()).toEqual(other.manifest());
  });

  it('are kept as the source has them', () => {
    const project = newProject();
    importAll(
      project,
      many(40, (n) => ({
        className: `class ${n % 2}`,
        split: (['train', 'val', 'test'] as const)[n % 3] ?? null,
      })),
    );
    expect(splitCounts(project)).toEqual({ train: 14, val: 13, test: 13, unassigned: 0 });
  });

  it('take a tenth of training for validation where the source has train and test alone', () => {
    const project = newProject();
    importAll(
      project,
      many(300, (n) => ({ className: `class ${n % 2}`, split: n < 200 ? 'train' : 'test' })),
    );
    expect(splitCounts(project)).toEqual({ train: 180, val: 20, test: 100, unassigned: 0 });
  });

  it('do so as well when train and test come one after the other', () => {
    const project = newProject();
    importAll(
      project,
      many(200, (n) => ({ className: `class ${n % 2}`, split: 'train' })),
    );
    expect(splitCounts(project)).toMatchObject({ train: 200, val: 0 });
    importAll(
      project,
      many(100, (n) => ({ className: `class ${n % 2}`, split: 'test' })),
    );
    expect(splitCounts(project)).toEqual({ train: 180, val: 20, test: 100, unassigned: 0 });
  });

  it('leave test empty where the source has train and val alone', () => {
    const project = newProject();
    importAll(
      project,
      many(100, (n) => ({ className: `class ${n % 2}`, split: n < 80 ? 'train' : 'val' })),
    );
    expect(splitCounts(project)).toEqual({ train: 80, val: 20, test: 0, unassigned: 0 });
  });

  it('put loose pictures of a source that has splits into training', () => {
    const project = newProject();
    importAll(
      project,
      many(90, (n) => ({ className: 'a', split: (['train', 'val', 'test', null] as const)[n % 4] ?? null })),
    );
    expect(splitCounts(project)).toEqual({ train: 45, val: 23, test: 22, unassigned: 0 });
  });

  it('leave pictures of earlier imports alone', () => {
    const project = newProject();
    importAll(
      project,
      many(10, () => ({ className: 'a' })),
    );
    project.moveToSplit(project.imageIds({}), null);
    importAll(
      project,
      many(20, () => ({ className: 'b' })),
    );
    expect(splitCounts(project)).toEqual({ train: 16, val: 2, test: 2, unassigned: 10 });
  });
});

describe('an import that is taken back', () => {
  it('leaves the project as it was', () => {
    const project = newProject();
    importAll(project, [
      picture(1, { className: 'cat' }),
      picture(2, { className: 'cat', split: 'val' }),
      picture(3),
    ]);
    project.label([1], null);
    project.undo();
    const before = dump(project);
    const importId = project.beginImport();
    project.addImages(
      importId,
      [
        picture(3, { className: 'dog', split: 'test' }),
        picture(4, { className: 'cat' }),
        picture(5, { className: 'bird' }),
      ],
      [{ path: 'x', reason: 'empty' }],
    );
    expect(project.summary()).toMatchObject({ images: 5, labeled: 5, problemCount: 1 });
    project.rollbackImport(importId);
    // Making the class "dog" ended what could be done again.
    const journal = before.journal?.filter((entry) => (entry as { undone: number }).undone === 0);
    expect(dump(project)).toEqual({ ...before, journal, journal_changes: [] });
  });

  it('keeps a class of its own that the person has used since', () => {
    const project = newProject();
    importAll(project, [picture(1)]);
    const importId = project.beginImport();
    project.addImages(importId, [picture(2, { className: 'dog' }), picture(3, { className: 'bird' })], []);
    project.label([1], classId(project, 'dog'));
    project.rollbackImport(importId);
    expect(project.classes().map(({ name, total }) => [name, total])).toEqual([['dog', 1]]);
    expect(project.undo()).toMatchObject({ kind: 'label', images: 1 });
    expect(project.summary()).toMatchObject({ labeled: 0 });
  });

  it('takes what was done to its pictures out of the journal', () => {
    const project = newProject();
    importAll(project, [picture(1, { className: 'cat' })]);
    const importId = project.beginImport();
    project.addImages(importId, [picture(2), picture(3)], []);
    project.label([2, 3], classId(project, 'cat'));
    project.moveToSplit([1, 2], 'test');
    project.rollbackImport(importId);
    expect(project.history(10).map(({ kind }) => kind)).toEqual(['split']);
    project.undo();
    expect(project.images({}, 0, 10).images).toMatchObject([{ id: 1, split: 'train' }]);
    expectError(() => project.undo(), 'nothingToUndo');
  });

  it('removes the files that no other picture needs', async () => {
    const project = newProject();
    const [kept, gone] = [picture('kept'), picture('gone')];
    const files = [kept, gone].flatMap(({ hash }) => [
      imageFile(project.path, hash),
      thumbnailFile(project.path, hash),
    ]);
    await writeManyAtomic(files.map((path) => ({ path, data: Buffer.from(path) })));
    importAll(project, [kept]);
    const importId = project.beginImport();
    project.addImages(importId, [kept, gone], []);
    project.rollbackImport(importId);
    expect(files.map((file) => existsSync(file))).toEqual([true, true, false, false]);
  });
});

it('an import that a crash cut short is kept and finished when the project is opened again', () => {
  const project = newProject();
  const importId = project.beginImport();
  project.addImages(
    importId,
    many(100, () => ({ className: 'a' })),
    [],
  );
  expect(splitCounts(reopened(project))).toEqual({ train: 80, val: 10, test: 10, unassigned: 0 });
});
