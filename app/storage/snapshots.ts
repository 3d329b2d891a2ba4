import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import {
  snapshotReason,
  TesseraError,
  type SnapshotDifference,
  type SnapshotInfo,
  type SnapshotReason,
} from '../contract/index.ts';
import type { Database } from './database.ts';
import { databaseFile, snapshotsFolder } from './files.ts';
import { inspectDatabase } from './inspect.ts';
import { queryAside } from './query-aside.ts';
import { surplusSnapshot } from './snapshot-age.ts';
import { writingError } from './write-failure.ts';
import { makeFolderSync, renamePatientlySync, syncFile, syncFolders } from './write-sync.ts';

const kept = 10;
/** In one step, so that what is written meanwhile never makes the copy begin again. */
const allPages = 2 ** 31 - 1;
const namePattern = /^(\d{13})-([a-z]+)\.db$/;
/** Bytes of SQLite's header that count writes and say nothing about what was written. */
const countingBytes: readonly (readonly [from: number, to: number])[] = [
  [24, 28],
  [92, 100],
];

const pieceLength = 4 * 2 ** 20;

type Facts = Pick<SnapshotInfo, 'images' | 'labeled' | 'classes'>;
/** A snapshot never changes, so what is in it is counted once. */
const known = new Map<string, Facts>();

const factsSql = `SELECT count(*) AS images, count(class_id) AS labeled, (SELECT count(*) FROM classes) AS classes
  FROM images WHERE deleted = 0`;

/**
 * Copies the database of a project as it is now, verifies the copy, and keeps it; the oldest beyond ten go. Null where
 * nothing has changed since the newest snapshot, which is then as good. May run while the project is written.
 * Throws `projectNotWritable`, and `projectDamaged` where the copy is not whole: the database itself is not, then.
 */
export async function takeSnapshot(
  projectPath: string,
  reason: SnapshotReason,
): Promise<SnapshotInfo | null> {
  const folder = snapshotsFolder(projectPath);
  const temporary = join(folder, `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    makeFolderSync(folder);
    await copyDatabase(databaseFile(projectPath), temporary);
    const facts = await verified(projectPath, temporary);
    const newest = snapshotFiles(projectPath)[0];
    if (newest !== undefined && (await isSame(temporary, join(folder, newest.name)))) return null;
    return keep(projectPath, temporary, reason, facts);
  } catch (error) {
    throw snapshotError(error, projectPath);
  } finally {
    removeDatabase(temporary);
  }
}

/** The same at once, before a step that nothing may come in between of: a migration. */
export function takeSnapshotSync(database: Database, reason: SnapshotReason): void {
  const { projectPath } = database;
  const folder = snapshotsFolder(projectPath);
  const temporary = join(folder, `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    makeFolderSync(folder);
    database.run('VACUUM INTO ?', temporary);
    inspectDatabase(projectPath, temporary);
    keep(projectPath, temporary, reason);
  } catch (error) {
    throw snapshotError(error, projectPath);
  } finally {
    removeDatabase(temporary);
  }
}

/** The newest first; those that cannot be read are left out. */
export async function listSnapshots(projectPath: string): Promise<SnapshotInfo[]> {
  const found = await Promise.all(
    snapshotFiles(projectPath).map(async (snapshot) => {
      const facts = await factsOf(projectPath, snapshot.name).catch(() => null);
      return facts === null ? [] : [{ ...snapshot, ...facts }];
    }),
  );
  return found.flat();
}

/** Its whole path. Throws `snapshotNotFound`. */
export function snapshotFile(projectPath: string, name: string): string {
  if (snapshotFiles(projectPath).some((each) => each.name === name)) {
    return join(snapshotsFolder(projectPath), name);
  }
  throw new TesseraError('snapshotNotFound', { name, path: projectPath });
}

/** Of the database file `present`. Throws `snapshotNotFound`, also for one that cannot be read any more. */
export async function snapshotDifference(
  present: string,
  projectPath: string,
  name: string,
): Promise<SnapshotDifference> {
  const file = snapshotFile(projectPath, name);
  try {
    const answers = await queryAside(present, [
      { sql: 'ATTACH ? AS past', values: [file] },
      { sql: differenceSql },
    ]);
    return answers[1]?.[0] as unknown as SnapshotDifference;
  } catch (error) {
    throw new TesseraError('snapshotNotFound', { name, path: projectPath }, { cause: error });
  }
}

/** A picture is the same by its id and its bytes: an import that was taken back gives its ids to the next one. */
const differenceSql = `
  WITH present AS (SELECT id, hash, class_id, split FROM main.images WHERE deleted = 0),
    earlier AS (SELECT id, hash, class_id, split FROM past.images WHERE deleted = 0),
    both AS (
      SELECT present.class_id IS NOT earlier.class_id AS relabeled, present.split IS NOT earlier.split AS moved
      FROM present JOIN earlier ON earlier.id = present.id AND earlier.hash = present.hash
    )
  SELECT (SELECT count(*) FROM present) - (SELECT count(*) FROM both) AS added,
    (SELECT count(*) FROM earlier) - (SELECT count(*) FROM both) AS removed,
    (SELECT coalesce(sum(relabeled), 0) FROM both) AS relabeled,
    (SELECT coalesce(sum(moved), 0) FROM both) AS moved,
    (SELECT count(*) FROM (
      SELECT coalesce(a.id, b.id) FROM main.classes AS a FULL JOIN past.classes AS b ON a.id = b.id
      WHERE a.name IS NOT b.name
    )) AS classes,
    (SELECT count(*) FROM main.runs WHERE id NOT IN (SELECT id FROM past.runs)) AS runs`;

/** Names, times and sizes, the newest first; nothing is opened. */
export function snapshotFiles(projectPath: string): Omit<SnapshotInfo, keyof Facts>[] {
  const folder = snapshotsFolder(projectPath);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .flatMap((name) => {
      const [, at, why] = namePattern.exec(name) ?? [];
      const reason = snapshotReason.safeParse(why);
      const bytes = statSync(join(folder, name), { throwIfNoEntry: false })?.size;
      return reason.success && bytes !== undefined
        ? [{ name, at: Number(at), reason: reason.data, bytes }]
        : [];
    })
    .sort((a, b) => b.at - a.at);
}

/** One consistent state, whatever is written meanwhile. The copy is a file by itself, without a log beside it. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5000 });
  try {
    await backup(source, to, { rate: allPages });
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

/** A database with whatever may lie beside it. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    try {
      rmSync(file + suffix, { force: true });
    } catch {
      // Where not even that is possible, whatever came before has said why.
    }
  }
}

async function verified(projectPath: string, file: string): Promise<Facts> {
  const [check, facts] = await queryAside(file, [{ sql: 'PRAGMA quick_check(1)' }, { sql: factsSql }]);
  const finding = check?.[0]?.quick_check;
  if (finding === 'ok') return facts?.[0] as unknown as Facts;
  throw new TesseraError('projectDamaged', { path: projectPath, reason: String(finding) });
}

function keep(projectPath: string, temporary: string, reason: SnapshotReason, facts?: Facts): SnapshotInfo {
  const folder = snapshotsFolder(projectPath);
  const others = snapshotFiles(projectPath);
  // Two within a millisecond, or a clock that was set back: the newest stays the newest.
  const at = Math.max(Date.now(), (others[0]?.at ?? 0) + 1);
  const name = `${String(at).padStart(13, '0')}-${reason}.db`;
  syncFile(temporary);
  renamePatientlySync(temporary, join(folder, name));
  syncFolders(folder);
  for (let all = snapshotFiles(projectPath); all.length > kept; all = snapshotFiles(projectPath)) {
    const gone = all[surplusSnapshot(all.map((each) => each.at))];
    if (gone === undefined) break;
    removeDatabase(join(folder, gone.name));
  }
  const bytes = statSync(join(folder, name)).size;
  if (facts !== undefined) known.set(join(folder, name), facts);
  return { name, at, reason, bytes, images: 0, labeled: 0, classes: 0, ...facts };
}

async function factsOf(projectPath: string, name: string): Promise<Facts> {
  const file = join(snapshotsFolder(projectPath), name);
  const before = known.get(file);
  if (before !== undefined) return before;
  const facts = await verified(projectPath, file);
  known.set(file, facts);
  return facts;
}

/** Whether two copies hold the same, whenever and however often it was written. Piece by piece: others want to go on. */
async function isSame(one: string, other: string): Promise<boolean> {
  if (statSync(one).size !== statSync(other).size) return false;
  await using a = await open(one);
  await using b = await open(other);
  for (let from = 0; ; from += pieceLength) {
    const [first, second] = await Promise.all([a, b].map((file) => pieceAt(file, from)));
    if (first?.length !== second?.length) return false;
    if (first === undefined || second === undefined || first.length === 0) return true;
    if (!first.equals(second)) return false;
  }
}

async function pieceAt(file: FileHandle, from: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(pieceLength), 0, pieceLength, from);
  if (from === 0) for (const [begin, end] of countingBytes) buffer.fill(0, begin, end);
  return buffer.subarray(0, bytesRead);
}

/** Also the errors of the file system: a folder that cannot be made, a disk that is full. */
function snapshotError(error: unknown, projectPath: string): unknown {
  if (error instanceof TesseraError) return error;
  const told = writingError(error, projectPath);
  if (told !== error || !(error instanceof Error)) return told;
  return new TesseraError(
    'projectNotWritable',
    { path: projectPath, reason: error.message },
    { cause: error },
  );
}
