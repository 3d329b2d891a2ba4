import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { databaseFile, imageFile } from '../../app/storage/files.ts';
import type { ProjectStore } from '../../app/services/ports.ts';
import {
  classId,
  expectError,
  importAll,
  newProject,
  picture,
  rejectionOf,
  sha256,
  stores,
  temporaryFolder,
  tracked,
} from './support.ts';

const count = 600;

/** A project with originals, a snapshot, and labels that were given after it; closed. */
async function damageable(): Promise<{ project: ProjectStore; labels: Map<number, number | null> }> {
  const project = newProject('Leaves');
  const pictures = Array.from({ length: count }, (_, n) => picture(n, { className: `class ${n % 3}` }));
  for (const [n, { hash }] of pictures.entries()) {
    const file = imageFile(project.path, hash);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, String(n));
  }
  importAll(project, pictures);
  await project.takeSnapshot('open');
  const second = classId(project, 'class 1');
  for (let id = 1; id <= count; id += 4) project.label([id], second);
  project.deleteImages([count]);
  project.setNote(6, 'a leaf');
  project.tag([6], 'green', true);
  const labels = new Map(project.images({}, 0, 1000).images.map(({ id, classId: label }) => [id, label]));
  project[Symbol.dispose]();
  return { project, labels };
}

const labelsOf = (project: ProjectStore): Map<number, number | null> =>
  new Map(project.images({}, 0, 1000).images.map(({ id, classId: label }) => [id, label]));

const breakFile = (project: ProjectStore, change: (bytes: Buffer) => Buffer): string => {
  const bytes = change(readFileSync(databaseFile(project.path)));
  writeFileSync(databaseFile(project.path), bytes);
  return sha256(bytes);
};

/** The pages of a table's own rows, without those above them. */
function leafPages(project: ProjectStore, table: string): number[] {
  const connection = new DatabaseSync(databaseFile(project.path), { readOnly: true });
  const root = connection.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table);
  connection.close();
  const bytes = readFileSync(databaseFile(project.path));
  const pageSize = bytes.readUInt16BE(16);
  const at = (Number(root?.rootpage) - 1) * pageSize;
  if (bytes[at] !== 5) return [Number(root?.rootpage)];
  return Array.from({ length: bytes.readUInt16BE(at + 3) }, (_, cell) =>
    bytes.readUInt32BE(at + bytes.readUInt16BE(at + 12 + 2 * cell)),
  );
}

describe('a damaged project', () => {
  it('is examined without being touched', async () => {
    const { project } = await damageable();
    const hash = breakFile(project, (bytes) => Buffer.from(bytes).fill(0xa5, 0, 4096));
    expectError(() => stores.open(project.path), 'projectDamaged');
    const names = readdirSync(project.path);
    const report = await stores.examine(project.path);
    expect(report).toMatchObject({ path: project.path, originals: count });
    expect(report.snapshots.map(({ images }) => images)).toEqual([count]);
    // The first page was lent by the snapshot.
    expect(report.readable.images).toBeGreaterThan(count / 2);
    expect(readdirSync(project.path)).toEqual(names);
    expect(sha256(readFileSync(databaseFile(project.path)))).toBe(hash);
  });

  it('with a lost page keeps every label that the file still tells, over the snapshot', async () => {
    const { project, labels } = await damageable();
    const [lost = 0] = leafPages(project, 'images').slice(2);
    const hash = breakFile(project, (bytes) => bytes.fill(0xa5, (lost - 1) * 4096, lost * 4096));
    expectError(() => stores.open(project.path), 'projectDamaged');
    const { snapshots, readable } = await stores.examine(project.path);
    expect(readable.images).toBeGreaterThan(count * 0.8);
    expect(readable.images).toBeLessThan(count);
    const { report, unknown } = stores.salvage(project.path, snapshots[0]?.name ?? '');
    expect(unknown).toEqual([]);
    expect(sha256(readFileSync(report.movedTo))).toBe(hash);
    expect(report.labelsSalvaged).toBeGreaterThan(80);
    const salvaged = tracked(stores.open(project.path));
    expect(salvaged).toMatchObject({ id: project.id });
    expect(salvaged.name()).toBe('Leaves');
    const different = [...labels].filter(([id, label]) => labelsOf(salvaged).get(id) !== label);
    // Of the lost page alone, which the snapshot knows as they were.
    expect(different.length).toBeLessThan(count * 0.1);
    expect(labelsOf(salvaged).has(count)).toBe(false);
    expect(salvaged.images({ ids: [6] }, 0, 1).images[0]).toMatchObject({ note: 'a leaf', tags: ['green'] });
    // What came from the file can be undone.
    while (salvaged.summary().canUndo) salvaged.undo();
    expect(salvaged.summary()).toMatchObject({ images: count, labeled: count });
  });

  it('without any snapshot is built from what can be read, and names originals that nothing knows', async () => {
    const { project, labels } = await damageable();
    const [lost = 0] = leafPages(project, 'images').slice(1);
    breakFile(project, (bytes) => bytes.fill(0, (lost - 1) * 4096, lost * 4096));
    const { report, unknown } = stores.salvage(project.path, null);
    expect(report.picturesSalvaged).toBeGreaterThan(count * 0.8);
    expect(unknown.length).toBe(report.unknownOriginals);
    expect(unknown.length).toBeGreaterThan(5);
    for (const path of unknown) expect(existsSync(path)).toBe(true);
    const salvaged = tracked(stores.open(project.path));
    expect(salvaged.id).toBe(project.id);
    expect(salvaged.summary().images + unknown.length).toBeLessThanOrEqual(count);
    const names = new Map(salvaged.classes().map(({ id, name }) => [id, name]));
    for (const [id, label] of labelsOf(salvaged)) {
      expect(names.get(label ?? 0)).toBe(`class ${(labels.get(id) ?? 0) - 1}`);
    }
  });

  it('of garbage is built from the snapshot', async () => {
    const { project } = await damageable();
    breakFile(project, () => Buffer.from('no database at all'));
    const { snapshots, readable } = await stores.examine(project.path);
    expect(readable).toEqual({ images: 0, labeled: 0, classes: 0 });
    stores.salvage(project.path, snapshots[0]?.name ?? '');
    expect(tracked(stores.open(project.path)).summary()).toMatchObject({ images: count, labeled: count });
  });

  it('of garbage without a snapshot becomes an empty one that names every original', async () => {
    const { project } = await damageable();
    breakFile(project, () => Buffer.alloc(0));
    const { unknown } = stores.salvage(project.path, null);
    expect(unknown).toHaveLength(count);
    expect(tracked(stores.open(project.path)).summary().images).toBe(0);
  });

  it('is salvaged twice into two places', async () => {
    const { project } = await damageable();
    for (let turn = 0; turn < 2; turn++) {
      breakFile(project, () => Buffer.from(`garbage ${turn}`));
      const { report } = stores.salvage(project.path, null);
      expect(readFileSync(report.movedTo, 'utf8')).toBe(`garbage ${turn}`);
    }
  });
});

it('a project that is whole, open or not there is not salvaged', async () => {
  const project = newProject();
  expect(await rejectionOf(stores.examine(project.path))).toMatchObject({ code: 'invalidInput' });
  expectError(() => stores.salvage(project.path, null), 'invalidInput');
  expectError(() => stores.salvage(join(temporaryFolder(), 'x'), null), 'projectNotFound');
  project[Symbol.dispose]();
  expectError(() => stores.salvage(project.path, null), 'invalidInput');
});
