import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import { databaseFile, imageFile, snapshotsFolder } from '../../app/storage/files.ts';
import { surplusSnapshot } from '../../app/storage/snapshot-age.ts';
import {
  classId,
  dump,
  expectError,
  importAll,
  newProject,
  picture,
  rejectionOf,
  reopened,
  tracked,
  stores,
} from './support.ts';

const someProject = () => {
  const project = newProject();
  importAll(
    project,
    Array.from({ length: 30 }, (_, n) => picture(n, { className: n % 2 ? 'odd' : 'even' })),
  );
  return project;
};

describe('a snapshot', () => {
  it('is a whole database of that moment, and says what is in it', async () => {
    const project = someProject();
    const before = dump(project);
    const taken = await project.takeSnapshot('asked');
    project.label([1, 2, 3], classId(project, 'odd'));
    expect(taken).toMatchObject({ reason: 'asked', images: 30, labeled: 30, classes: 2 });
    expect(await project.snapshots()).toEqual([taken]);
    expect(readdirSync(snapshotsFolder(project.path))).toEqual([taken?.name]);
    const connection = new DatabaseSync(join(snapshotsFolder(project.path), taken?.name ?? ''), {
      readOnly: true,
    });
    expect(connection.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(connection.prepare('SELECT id, class_id FROM images ORDER BY id').all()).toEqual(
      before.images?.map((row) => {
        const { id, class_id } = row as { id: number; class_id: number };
        return { id, class_id };
      }),
    );
    connection.close();
  });

  it('is not taken twice of the same, also after the project was closed in between', async () => {
    const project = someProject();
    expect(await project.takeSnapshot('asked')).not.toBeNull();
    expect(await project.takeSnapshot('asked')).toBeNull();
    const again = reopened(project);
    expect(await again.takeSnapshot('open')).toBeNull();
    again.label([1], null);
    expect(await again.takeSnapshot('open')).not.toBeNull();
    expect(await again.snapshots()).toHaveLength(2);
  });

  it('of a clock that was set back is the newest all the same, and the newest before it is kept', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-25T12:00:00Z') });
    try {
      const project = someProject();
      const names: (string | undefined)[] = [];
      for (let turn = 0; turn < 12; turn++) {
        // A year back after the third, and on from there.
        vi.setSystemTime(
          new Date(turn < 3 ? Date.UTC(2026, 10, 25, 12, turn) : Date.UTC(2025, 10, 25, 12, turn)),
        );
        project.label([1 + turn], null);
        names.push((await project.takeSnapshot('asked'))?.name);
      }
      const listed = (await project.snapshots()).map(({ name }) => name);
      expect(listed).toHaveLength(10);
      expect(listed.slice(0, 2)).toEqual([names[11], names[10]]);
      expect(listed).toEqual(names.filter((name) => listed.includes(name ?? '')).toReversed());
    } finally {
      vi.useRealTimers();
    }
  });

  it('may be taken while labels are given', async () => {
    const project = someProject();
    const taking = project.takeSnapshot('interval');
    for (let turn = 0; turn < 50; turn++) project.label([1 + (turn % 30)], turn % 2 ? 1 : 2);
    const taken = await taking;
    expect(taken).toMatchObject({ images: 30, labeled: 30 });
    expect(project.history(1000)).not.toHaveLength(0);
  });

  it('of a damaged project is refused, and none is lost for it', async () => {
    const project = someProject();
    await project.takeSnapshot('asked');
    project.label([1], null);
    project[Symbol.dispose]();
    const again = tracked(stores.open(project.path));
    const bytes = readFileSync(databaseFile(project.path));
    writeFileSync(databaseFile(project.path), bytes.fill(0xa5, 4096 * 4, 4096 * 14), { flag: 'r+' });
    expect(await rejectionOf(again.takeSnapshot('interval'))).toMatchObject({ code: 'projectDamaged' });
    expect(readdirSync(snapshotsFolder(project.path))).toHaveLength(1);
  });

  it('makes room: ten are kept, the newest and some of every age', async () => {
    const project = someProject();
    for (let turn = 0; turn < 14; turn++) {
      project.label([1 + turn], null);
      await project.takeSnapshot('asked');
    }
    const left = await project.snapshots();
    expect(left).toHaveLength(10);
    expect(left[0]?.labeled).toBe(30 - 14);
  });

  it('that cannot be read any more is not offered', async () => {
    const project = someProject();
    const taken = await project.takeSnapshot('asked');
    const name = '1700000000000-open.db';
    writeFileSync(join(snapshotsFolder(project.path), name), 'no database');
    writeFileSync(join(snapshotsFolder(project.path), 'letter.txt'), 'Dear …');
    expect(await project.snapshots()).toEqual([taken]);
    for (const each of [name, 'letter.txt', '../tessera.db', 'gone']) {
      expect(await rejectionOf(project.restoreSnapshot(each)), each).toBeInstanceOf(Error);
    }
    expect(await rejectionOf(project.restoreSnapshot('../tessera.db'))).toMatchObject({
      code: 'snapshotNotFound',
    });
  });
});

describe('restoring', () => {
  it('brings back that moment; the present is kept, and restoring it is the undo', async () => {
    const project = someProject();
    const past = dump(project);
    const taken = await project.takeSnapshot('asked');
    project.label([1, 2, 3], classId(project, 'odd'));
    project.deleteImages([4]);
    project.createClass('new');
    importAll(project, [picture('later')]);
    const present = dump(project);
    expect(await project.snapshotDifference(taken?.name ?? '')).toEqual({
      added: 1,
      removed: 1,
      relabeled: 2,
      moved: 0,
      classes: 1,
      runs: 0,
    });

    const { before } = await project.restoreSnapshot(taken?.name ?? '');
    expect(dump(project)).toEqual(past);
    expect(project.summary()).toMatchObject({ images: 30, canUndo: false });
    // Undo, also after a restart.
    const again = reopened(project);
    expect(dump(again)).toEqual(past);
    await again.restoreSnapshot(before);
    expect(dump(again)).toEqual(present);
    // The new class, then the deletion.
    again.undo();
    again.undo();
    expect(again.summary().images).toBe(31);
  });

  it('refuses changes on the way, and reads go on', async () => {
    const project = someProject();
    const taken = await project.takeSnapshot('asked');
    project.label([1], null);
    const restoring = project.restoreSnapshot(taken?.name ?? '');
    expectError(() => project.label([2], null), 'projectBusy');
    expect(project.summary().images).toBe(30);
    expect(project.imageIds({ classId: null })).toEqual([1]);
    await restoring;
    expect(project.imageIds({ classId: null })).toEqual([]);
    expect(project.summary().labeled).toBe(30);
    expect(project.label([2], null)).toBe(1);
  });

  it('keeps the one that is restored even where it was the oldest of ten', async () => {
    const project = someProject();
    const first = await project.takeSnapshot('asked');
    for (let turn = 0; turn < 9; turn++) {
      project.label([1 + turn], null);
      await project.takeSnapshot('asked');
    }
    project.label([20], null);
    await project.restoreSnapshot(first?.name ?? '');
    expect(project.summary().labeled).toBe(30);
  });
});

it('originals that nothing needs are removed at opening, but not those that a snapshot needs', async () => {
  const project = newProject();
  const write = (content: string): string => {
    const { hash } = picture(content);
    const file = imageFile(project.path, hash);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
    return hash;
  };
  const kept = ['a', 'b'].map(write);
  importAll(project, [picture('a')]);
  const importId = project.beginImport();
  project.addImages(importId, [picture('b')], []);
  project.finishImport(importId);
  const taken = await project.takeSnapshot('asked');
  // As if the snapshot alone knew picture b.
  const names = () => readdirSync(join(project.path, 'images'), { recursive: true }).map(String);
  const later = project.beginImport();
  write('never told of');
  project.rollbackImport(later);
  expect(names().filter((name) => /[0-9a-f]{64}$/.test(name))).toHaveLength(3);
  const again = reopened(project);
  expect(names().filter((name) => /[0-9a-f]{64}$/.test(name))).toHaveLength(2);
  for (const hash of kept) expect(names().some((name) => name.endsWith(hash))).toBe(true);
  expect(taken).not.toBeNull();
  again[Symbol.dispose]();
});

describe('which of too many goes', () => {
  const minute = 60_000;
  it('leaves ages that grow, after a week of one every five minutes', () => {
    let times: number[] = [];
    for (let now = 0; now < 7 * 24 * 12; now++) {
      times = [now * 5 * minute, ...times];
      if (times.length > 10) times.splice(surplusSnapshot(times), 1);
    }
    const [newest = 0] = times;
    const ages = times.map((at) => (newest - at) / minute);
    expect(ages).toHaveLength(10);
    expect(ages[1]).toBe(5);
    // One of the last hour, one of the last day, one of days ago.
    expect(ages.some((age) => age > 5 && age <= 60)).toBe(true);
    expect(ages.some((age) => age > 60 && age <= 24 * 60)).toBe(true);
    expect(ages.at(-1)).toBeGreaterThan(24 * 60);
  });

  it('never takes the newest two', () => {
    expect(surplusSnapshot([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])).toBeGreaterThan(1);
    expect(surplusSnapshot([5, 5, 5, 5])).toBeGreaterThan(1);
  });
});

it('a copy of a project elsewhere takes its snapshots along', async () => {
  const project = someProject();
  const taken = await project.takeSnapshot('asked');
  const other = newProject();
  mkdirSync(snapshotsFolder(other.path), { recursive: true });
  const name = taken?.name ?? '';
  copyFileSync(join(snapshotsFolder(project.path), name), join(snapshotsFolder(other.path), name));
  expect((await other.snapshots()).map((each) => each.images)).toEqual([30]);
});
