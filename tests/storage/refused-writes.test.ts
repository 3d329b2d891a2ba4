import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TesseraError } from '../../app/contract/index.ts';
import { defaultTrainSettings, type Run } from '../../app/contract/index.ts';
import type { TrainPlan } from '../../app/core/training/plan.ts';
import { imageFile, runFolder, snapshotsFolder, writeFileAtomic } from '../../app/storage/files.ts';
import { writeManyAtomic } from '../../app/storage/many-files.ts';
import { isMarkedUnused } from '../../app/storage/originals.ts';
import { storageError } from '../../app/storage/sqlite-errors.ts';
import { writeFileAtomicSync } from '../../app/storage/write-sync.ts';
import { refusalsLeft, refuse } from './refusing-disk.ts';
import { dump, importAll, newProject, picture, reopened, temporaryFolder } from './support.ts';

vi.mock('node:fs', async (real) => (await import('./refusing-disk.ts')).refusingSync(await real<object>()));
vi.mock('node:fs/promises', async (real) =>
  (await import('./refusing-disk.ts')).refusing(await real<object>()),
);
afterEach(() => {
  refuse('', '', 0);
});

type Write = (path: string, data: string) => Promise<void>;

const writers = [
  ['writeFileAtomic', 'handle.writeFile', 'rename', (path, data) => writeFileAtomic(path, data)],
  [
    'writeFileAtomicSync',
    'writeFileSync',
    'renameSync',
    (path, data) =>
      Promise.resolve().then(() => {
        writeFileAtomicSync(path, data);
      }),
  ],
  [
    'writeManyAtomic',
    'writeFileSync',
    'renameSync',
    (path, data) => writeManyAtomic([{ path, data: Buffer.from(data) }]),
  ],
] as const satisfies readonly (readonly [string, string, string, Write])[];

describe.each(writers)('%s', (_name, writing, renaming, write) => {
  it.each(['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EIO'])(
    '%s leaves nothing beside',
    async (code) => {
      const folder = temporaryFolder();
      refuse(writing, code);
      await expect(write(join(folder, 'new'), 'data')).rejects.toMatchObject({ code });
      expect(readdirSync(folder)).toEqual([]);
      await write(join(folder, 'new'), 'data');
      expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('data');
    },
  );

  it.each(['EPERM', 'EBUSY'])('a name that is held for a moment (%s) is waited for', async (code) => {
    const folder = temporaryFolder();
    // Many files are renamed at once, and patiently only where that was refused.
    refuse(renaming, code, write === writers[2][3] ? 1 : 3);
    await write(join(folder, 'new'), 'data');
    expect(refusalsLeft()).toBe(0);
    expect(readdirSync(folder)).toEqual(['new']);
  });
});

const run: Run = {
  id: 'r1',
  name: 'brave-otter-1',
  model: 'dense',
  status: 'queued',
  settings: defaultTrainSettings,
  graph: {
    name: 'dense',
    input: { channels: 1, height: 28, width: 28 },
    layers: [
      { op: 'flatten', id: 'flatten', input: 'input' },
      { op: 'dense', id: 'logits', input: 'flatten', units: 2, bias: true },
    ],
  },
  classes: ['a', 'b'],
  parameters: 1,
  createdAt: 1,
  endedAt: null,
  epoch: 0,
  bestEpoch: null,
  bestValAccuracy: null,
  testAccuracy: null,
  imagesPerSecond: null,
  seconds: null,
  dataHash: 'ab',
  hasCheckpoint: false,
  error: null,
};
const plan: TrainPlan = {
  version: 1,
  runId: run.id,
  settings: run.settings,
  graph: run.graph,
  classes: run.classes,
  normalisation: { mean: [0.5], std: [0.25] },
  manifest: [],
  dataHash: run.dataHash,
};

/** As the person is told it. */
const told = [
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'your share of the disk is used up'],
  ['EACCES', 'Tessera may not write there'],
  ['EPERM', 'Tessera may not write there'],
  ['EBUSY', 'another program holds the file'],
] as const;

describe.each(told)('a project whose disk says %s', (code, reason) => {
  const notWritable = (path: string): object => ({ code: 'projectNotWritable', details: { path, reason } });

  it('has no run that is half there', () => {
    const project = newProject();
    refuse('writeFileSync', code);
    expect(thrownBy(() => project.addRun(run, plan))).toMatchObject(notWritable(project.path));
    expect(project.runs()).toEqual([]);
    expect(existsSync(runFolder(project.path, run.id))).toBe(false);
    project.addRun(run, plan);
    expect(reopened(project).plan(run.id)).toEqual(plan);
  });

  it('has no snapshot that is half there', async () => {
    const project = newProject();
    importAll(project, [picture('a', { className: 'cat' })]);
    refuse('renameSync', code, 100);
    await expect(project.takeSnapshot('asked')).rejects.toMatchObject(notWritable(project.path));
    expect(readdirSync(snapshotsFolder(project.path))).toEqual([]);
    refuse('', '', 0);
    expect(await project.takeSnapshot('asked')).not.toBeNull();
  });

  it('stays as it is where a snapshot cannot be restored', async () => {
    const project = newProject();
    importAll(project, [picture('a', { className: 'cat' })]);
    const taken = await project.takeSnapshot('asked');
    project.label([1], null);
    const before = dump(project);
    refuse('copyFileSync', code);
    await expect(project.restoreSnapshot(taken?.name ?? '')).rejects.toMatchObject(notWritable(project.path));
    expect(dump(project)).toEqual(before);
    await project.restoreSnapshot(taken?.name ?? '');
    expect(project.images({}, 0, 1).images[0]?.classId).not.toBeNull();
  });
});

it('an original that another program holds when its import is taken back goes at the next opening', () => {
  const project = newProject();
  const one = picture('a');
  const file = imageFile(project.path, one.hash);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'a');
  const importId = project.beginImport();
  project.addImages(importId, [one], []);
  refuse('rmSync', 'EBUSY', 100);
  project.rollbackImport(importId);
  expect(project.images({}, 0, 1).total).toBe(0);
  expect([existsSync(file), isMarkedUnused(project.path)]).toEqual([true, true]);
  const again = reopened(project);
  expect([existsSync(file), isMarkedUnused(project.path)]).toEqual([true, true]);
  refuse('', '', 0);
  reopened(again);
  expect([existsSync(file), isMarkedUnused(project.path)]).toEqual([false, false]);
});

describe('what SQLite says', () => {
  it('of a database that another program does not let go of', () => {
    const path = join(temporaryFolder(), 'some.db');
    const holder = new DatabaseSync(path);
    holder.exec('CREATE TABLE t (x); BEGIN EXCLUSIVE');
    const other = new DatabaseSync(path, { timeout: 0 });
    const busy = thrownBy(() => other.exec('INSERT INTO t VALUES (1)'));
    expect(storageError(busy, '/p')).toMatchObject({
      code: 'projectNotWritable',
      details: { path: '/p', reason: 'another program holds the file' },
    });
    other.close();
    holder.close();
  });

  it('of a lock that the system does not allow', () => {
    const refused = Object.assign(new Error('access permission denied'), { errcode: 3 });
    expect((storageError(refused, '/p') as TesseraError).code).toBe('projectNotWritable');
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
