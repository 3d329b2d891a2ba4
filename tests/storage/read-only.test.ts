import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { databaseFile } from '../../app/storage/files.ts';
import { networkDrive } from '../../app/storage/network-drive.ts';
import type { ProjectStore } from '../../app/services/ports.ts';
import {
  dump,
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

const someProject = (): ProjectStore => {
  const project = newProject();
  importAll(
    project,
    Array.from({ length: 8 }, (_, n) => picture(n, { className: n % 2 ? 'odd' : 'even' })),
  );
  return project;
};

/** Everything that could change something. */
const changes = (project: ProjectStore): [string, () => unknown][] => [
  ['rename', () => project.rename('x')],
  ['label', () => project.label([1], null)],
  ['moveToSplit', () => project.moveToSplit([1], 'test')],
  ['deleteImages', () => project.deleteImages([1])],
  ['createClass', () => project.createClass('x')],
  ['renameClass', () => project.renameClass(1, 'x')],
  ['undo', () => project.undo()],
  ['redo', () => project.redo()],
  ['beginImport', () => project.beginImport()],
  ['assignSplits', () => project.assignSplits({ train: 1, val: 0, test: 0 }, 1, false)],
  ['removeRun', () => project.removeRun('r')],
  ['addMetrics', () => project.addMetrics('r', [{ seq: 1 } as never])],
];

describe('a second opener', () => {
  it('sees what the first one commits, and can change nothing', async () => {
    const first = someProject();
    expectError(() => stores.open(first.path), 'projectLocked');
    const second = tracked(stores.openReadOnly(first.path, 'locked'));
    expect(second).toMatchObject({ id: first.id, readOnly: 'locked' });
    const seen = second.dataVersion();
    first.label([1, 2], null);
    expect(second.summary()).toMatchObject({ images: 8, labeled: 6 });
    expect(second.dataVersion()).not.toBe(seen);
    expect(second.images({ classId: null }, 0, 10).images.map(({ id }) => id)).toEqual([1, 2]);
    first.label([3], null);
    expect(second.images({ classId: null }, 0, 10).images.map(({ id }) => id)).toEqual([1, 2, 3]);
    first.undo();
    for (const [what, change] of changes(second)) {
      expect(() => expectError(change, 'projectLocked'), what).not.toThrow();
    }
    expect(await rejectionOf(second.takeSnapshot('asked'))).toMatchObject({ code: 'projectLocked' });
    expect(await rejectionOf(second.restoreSnapshot('x'))).toMatchObject({ code: 'projectLocked' });
    expect(dump(second)).toEqual(dump(first));
    // It takes over when the first is gone.
    expectError(() => stores.open(first.path), 'projectLocked');
    first[Symbol.dispose]();
    const third = tracked(stores.open(first.path));
    expect(third.readOnly).toBeNull();
    expect(third.label([1], 1)).toBe(1);
  });

  it('goes on reading while a snapshot is restored under it', async () => {
    const first = someProject();
    const taken = await first.takeSnapshot('asked');
    const second = tracked(stores.openReadOnly(first.path, 'locked'));
    first.label([1, 2, 3], null);
    expect(second.summary().labeled).toBe(5);
    await first.restoreSnapshot(taken?.name ?? '');
    expect(second.summary().labeled).toBe(8);
    expect(second.images({}, 0, 10).images).toEqual(first.images({}, 0, 10).images);
  });
});

it('a project of a newer Tessera is read as far as it can be, and not changed', () => {
  const project = someProject();
  project[Symbol.dispose]();
  const connection = new DatabaseSync(databaseFile(project.path));
  connection.exec('PRAGMA user_version = 9999; ALTER TABLE images ADD COLUMN taste TEXT');
  connection.close();
  const before = sha256(readFileSync(databaseFile(project.path)));
  expectError(() => stores.open(project.path), 'projectNewer');
  const newer = tracked(stores.openReadOnly(project.path, 'newer'));
  expect(newer.summary().images).toBe(8);
  expectError(() => newer.label([1], null), 'projectNewer');
  newer[Symbol.dispose]();
  expect(sha256(readFileSync(databaseFile(project.path)))).toBe(before);

  const stranger = new DatabaseSync(databaseFile(project.path));
  stranger.exec('ALTER TABLE images RENAME COLUMN class_id TO kind');
  stranger.close();
  expectError(() => stores.openReadOnly(project.path, 'newer'), 'projectNewer');
});

describe('a folder that cannot be written', () => {
  it('is read from a private copy, with what was not brought out of the log yet', () => {
    const project = someProject();
    // As a Tessera that was killed leaves it: the last labels are in the log alone.
    project.label([1], null);
    const folder = join(temporaryFolder(), 'copy');
    cpSync(project.path, folder, { recursive: true });
    expect(readdirSync(folder)).toContain('tessera.db-wal');
    const names = readdirSync(folder);
    const reading = tracked(stores.openReadOnly(folder, 'folder'));
    expect(reading.summary()).toMatchObject({ images: 8, labeled: 7 });
    expectError(() => reading.label([2], null), 'projectReadOnly');
    reading[Symbol.dispose]();
    expect(readdirSync(folder)).toEqual(names);
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('is refused for writing', () => {
    const project = someProject();
    project[Symbol.dispose]();
    chmodSync(project.path, 0o555);
    rmSync(join(project.path, 'tessera.lock'), { force: true });
    try {
      expectError(() => stores.open(project.path), 'projectNotWritable');
      expect(tracked(stores.openReadOnly(project.path, 'folder')).summary().images).toBe(8);
    } finally {
      chmodSync(project.path, 0o755);
    }
  });
});

describe.skipIf(process.platform === 'win32')('a folder that vanishes', () => {
  it('takes no label that would reach nobody, and goes on when it is back', () => {
    const project = someProject();
    const elsewhere = `${project.path} unplugged`;
    expect(project.isLost()).toBe(false);
    renameSync(project.path, elsewhere);
    expect(project.isLost()).toBe(true);
    expectError(() => project.label([1], null), 'projectNotWritable');
    renameSync(elsewhere, project.path);
    expect(project.isLost()).toBe(false);
    expect(project.label([1], null)).toBe(1);
  });

  it('and comes back as another one is noticed', () => {
    const project = someProject();
    const copy = `${project.path} copy`;
    cpSync(project.path, copy, { recursive: true });
    rmSync(project.path, { recursive: true });
    renameSync(copy, project.path);
    expect(project.isLost()).toBe(true);
    expectError(() => project.label([1], null), 'projectNotWritable');
    project[Symbol.dispose]();
    expect(tracked(stores.open(project.path)).label([1], null)).toBe(1);
  });
});

describe('network drives', () => {
  it.each([
    ['linux', '/net/x', 0x6969, 'NFS'],
    // statfs gives a signed number on some machines.
    ['linux', '/net/x', -11317950, 'CIFS'],
    ['linux', '/mnt/c', 0x01021997, '9P'],
    ['linux', '/home', 0xef53, null],
    ['darwin', '/Volumes/x', 0x6969, null],
    ['win32', '\\\\server\\share\\x', 0, 'a network share'],
    ['win32', '\\\\?\\C:\\x', 0, null],
    ['win32', 'C:\\x', 0, null],
  ] as const)('%s %s %i: %s', (platform, folder, type, kind) => {
    expect(networkDrive(folder, platform, () => type)).toBe(kind);
  });

  it('a disk of this computer is none', () => {
    expect(networkDrive(temporaryFolder())).toBeNull();
    expect(networkDrive(join(temporaryFolder(), 'nowhere'))).toBeNull();
  });
});

it.skipIf(process.platform !== 'linux')('a project below /proc is refused at once', () => {
  expectError(() => stores.create('/proc/tessera/project', 'x'), 'projectNotWritable');
});
