import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { databaseFile, imagesFolder } from '../../app/storage/files.ts';
import { importAll, newProject, picture, reopened, stores, tracked } from './support.ts';

const referenced = (content: number, path = `/photos/${content}.png`) =>
  picture(content, { className: 'leaf', reference: path });
const pathsOf = (project: ReturnType<typeof newProject>): string[] =>
  Object.values(project.references() ?? {})
    .map(({ path }) => path)
    .toSorted();

it('a reference is kept beside the hash; a copy of the same picture takes its place', () => {
  const project = newProject();
  expect(project.references()).toBeUndefined();
  importAll(project, [referenced(1), referenced(2), picture(3)]);
  const again = reopened(project);
  expect(again.references()).toEqual({
    [picture(1).hash]: { path: '/photos/1.png', bytes: 500 },
    [picture(2).hash]: { path: '/photos/2.png', bytes: 500 },
  });
  importAll(again, [picture(1), referenced(2, '/elsewhere/2.png'), referenced(3)]);
  expect(pathsOf(again)).toEqual(['/elsewhere/2.png']);
  again.forgetReferences([picture(2).hash]);
  expect(again.references()).toBeUndefined();
});

it('an import that is taken back takes its references along; a deleted picture keeps its own', () => {
  const project = newProject();
  importAll(project, [referenced(1)]);
  const importId = project.beginImport();
  project.addImages(importId, [referenced(2)], []);
  project.rollbackImport(importId);
  expect(pathsOf(project)).toEqual(['/photos/1.png']);
  project.deleteImages([1]);
  expect(pathsOf(project)).toEqual(['/photos/1.png']);
  // The picture came again, from another file; the one that lives counts.
  importAll(project, [referenced(1, '/photos/again.png')]);
  expect(pathsOf(project)).toEqual(['/photos/again.png']);
});

it('a snapshot has the references that there were', async () => {
  const project = newProject();
  importAll(project, [referenced(1)]);
  const kept = await project.takeSnapshot('asked');
  project.forgetReferences([picture(1).hash]);
  await project.restoreSnapshot(kept?.name ?? '');
  expect(pathsOf(project)).toEqual(['/photos/1.png']);
});

it.each(['from a snapshot', 'from what can be read'])(
  'a damaged project is built anew with them, %s',
  async (way) => {
    const project = newProject();
    importAll(
      project,
      Array.from({ length: 40 }, (_, n) => referenced(n)),
    );
    const snapshot = way === 'from a snapshot' ? await project.takeSnapshot('asked') : null;
    importAll(project, [referenced(100)]);
    project[Symbol.dispose]();
    const file = databaseFile(project.path);
    const bytes = readFileSync(file);
    // Another application's mark: nothing else is wrong with it.
    bytes.fill(0, 68, 72);
    writeFileSync(file, bytes);
    expect(existsSync(imagesFolder(project.path))).toBe(false);
    const { report } = stores.salvage(project.path, snapshot?.name ?? null);
    expect(report.picturesSalvaged).toBe(snapshot ? 1 : 41);
    const salvaged = tracked(stores.open(project.path));
    expect(salvaged.summary().images).toBe(41);
    expect(pathsOf(salvaged)).toHaveLength(41);
    expect(pathsOf(salvaged)).toContain('/photos/100.png');
  },
);
