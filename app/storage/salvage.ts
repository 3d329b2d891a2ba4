import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, linkSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { TesseraError, type DamageReport, type SalvageReport, type Split } from '../contract/index.ts';
import { findClass, insertClass } from './classes.ts';
import { readDamaged, type Mark, type ReadableParts, type ReadablePicture } from './damaged-file.ts';
import { Database } from './database.ts';
import { damagedFolder, databaseFile } from './files.ts';
import { foldName } from './image-filter.ts';
import { finishAbandonedImports } from './imports.ts';
import { inspectDatabase } from './inspect.ts';
import { recordPictures } from './journal.ts';
import { lockProject } from './lock.ts';
import { applicationId, migrate } from './migrations/index.ts';
import { originalsOnDisk } from './originals.ts';
import { referTo } from './references.ts';
import { listSnapshots, removeDatabase, snapshotFile } from './snapshots.ts';
import { orNotWritable } from './write-failure.ts';
import { makeFolderSync, renamePatientlySync, syncFile, syncFolders } from './write-sync.ts';

/** The database that takes the damaged one's place, in the making. */
const unfinished = 'tessera.db.salvaged';

/**
 * Looks at a project whose database cannot be read, and changes nothing. Throws `projectNotFound`; `invalidInput` where
 * nothing is wrong with it.
 */
export async function examineProject(path: string): Promise<DamageReport> {
  const folder = resolve(path);
  const reason = damageOf(folder);
  const { pictures, classes } = readDamaged(folder);
  const living = pictures.filter(({ deleted }) => !deleted);
  return {
    path: folder,
    reason,
    snapshots: await listSnapshots(folder),
    readable: {
      images: living.length,
      labeled: living.filter(({ className }) => className !== null).length,
      classes: classes.length,
    },
    originals: originalsOnDisk(folder).size,
  };
}

/**
 * Builds a damaged project anew: from a snapshot (null: from nothing), with every label that the damaged file still tells
 * and that the snapshot does not know. What the file changes over the snapshot are entries of the journal, to be undone.
 * The damaged file is moved to `damaged/`, never written. Gives the originals that neither knows, by their paths.
 *
 * Throws `projectLocked`, `projectNotFound`, `snapshotNotFound`, `projectNotWritable`; `invalidInput` where nothing is wrong.
 */
export function salvageProject(
  path: string,
  snapshot: string | null,
): { report: SalvageReport; unknown: string[] } {
  const folder = resolve(path);
  damageOf(folder);
  using _lock = lockProject(folder);
  const file = join(folder, unfinished);
  const readable = readDamaged(folder);
  const originals = originalsOnDisk(folder);
  removeDatabase(file);
  return orNotWritable(folder, () => {
    if (snapshot !== null) copyFileSync(snapshotFile(folder, snapshot), file);
    const counts = build(folder, file, readable, originals);
    syncFile(file);
    const movedTo = moveAside(folder);
    renamePatientlySync(file, databaseFile(folder));
    syncFolders(folder);
    return { report: { movedTo, ...counts.report }, unknown: counts.unknown };
  });
}

/** What is wrong. Throws `invalidInput` where nothing is, and what else keeps it from being opened. */
function damageOf(folder: string): string {
  const file = databaseFile(folder);
  if (!existsSync(file)) throw new TesseraError('projectNotFound', { path: folder });
  try {
    inspectDatabase(folder, file);
  } catch (error) {
    if (error instanceof TesseraError && error.code === 'projectDamaged') return String(error.details.reason);
    throw error;
  }
  throw new TesseraError('invalidInput', { what: folder, reason: 'nothing is wrong with this project' });
}

type Counts = Omit<SalvageReport, 'movedTo'>;

function build(
  folder: string,
  file: string,
  readable: ReadableParts,
  originals: Map<string, string>,
): { report: Counts; unknown: string[] } {
  using database = new Database(folder, file);
  database.script(`PRAGMA application_id = ${applicationId}`);
  migrate(database);
  if (database.get('SELECT 1 FROM project') === undefined) {
    const { id, name } = readable.project ?? { id: randomUUID(), name: basename(folder) };
    database.run('INSERT INTO project (single, id, name) VALUES (1, ?, ?)', id, name);
  }
  finishAbandonedImports(database);
  const merged = database.transaction(() => merge(database, readable, originals));
  const counts = database.get<{ images: number; labeled: number }>(
    'SELECT count(*) AS images, count(class_id) AS labeled FROM images WHERE deleted = 0',
  );
  const known = new Set(database.all<{ hash: string }>('SELECT hash FROM images').map(({ hash }) => hash));
  const unknown = [...originals].filter(([hash]) => !known.has(hash)).map(([, path]) => path);
  return {
    report: {
      images: counts?.images ?? 0,
      labeled: counts?.labeled ?? 0,
      ...merged,
      unknownOriginals: unknown.length,
    },
    unknown,
  };
}

interface StoredPicture {
  id: number;
  class_id: number | null;
  split: Split | null;
  deleted: 0 | 1;
  excluded: 0 | 1;
  note: string;
  tags: string;
}

/** The action of the journal that changes each. */
const markActions = { excluded: 'exclude', note: 'note', tags: 'tags' } as const satisfies Record<
  Mark,
  string
>;

/** The damaged file was written later than any snapshot, so what it tells counts. */
function merge(
  database: Database,
  { classes, pictures }: ReadableParts,
  originals: Map<string, string>,
): Pick<Counts, 'labelsSalvaged' | 'picturesSalvaged'> {
  const now = Date.now();
  const importId = database.run('INSERT INTO imports (begun_at, finished_at) VALUES (?, ?)', now, now).id;
  const classIds = new Map(
    classes.map((name) => [name, (findClass(database, name) ?? insertClass(database, name, null)).id]),
  );
  const labels: [number, number | null][] = [];
  const splits: [number, Split | null][] = [];
  const deletions: [number, 0 | 1][] = [];
  const marks = { excluded: [], note: [], tags: [] } as Record<Mark, [number, number | string][]>;
  let picturesSalvaged = 0;
  for (const picture of pictures) {
    const classId = picture.className === null ? null : (classIds.get(picture.className) ?? null);
    const stored = storedTwin(database, picture);
    if (stored === undefined) {
      if ((!originals.has(picture.hash) && picture.reference === null) || hasLiveTwin(database, picture))
        continue;
      const id = insertPicture(database, importId, picture, classId);
      if (picture.reference !== null) referTo(database, id, picture.reference);
      for (const [mark, value] of marksOf(picture)) marks[mark].push([id, value]);
      picturesSalvaged++;
      continue;
    }
    if (picture.reference !== null) referTo(database, stored.id, picture.reference);
    for (const [mark, value] of marksOf(picture)) {
      if (stored[mark] !== value) marks[mark].push([stored.id, value]);
    }
    if (stored.class_id !== classId) labels.push([stored.id, classId]);
    if (stored.split !== picture.split) splits.push([stored.id, picture.split]);
    const deleted = picture.deleted ? 1 : 0;
    if (stored.deleted !== deleted && !(deleted === 0 && hasLiveTwin(database, picture))) {
      deletions.push([stored.id, deleted]);
    }
  }
  let labelsSalvaged = 0;
  for (const mark of Object.keys(markActions) as Mark[]) {
    labelsSalvaged += recordPictures(database, markActions[mark], marks[mark], '');
  }
  labelsSalvaged +=
    recordPictures(database, 'label', labels, '') +
    recordPictures(database, 'split', splits, '') +
    recordPictures(database, 'deleteImages', deletions, '');
  return { labelsSalvaged, picturesSalvaged };
}

const marksOf = ({ marks }: ReadablePicture): [Mark, number | string][] =>
  Object.entries(marks) as [Mark, number | string][];

/** The same picture by id and bytes; else by bytes alone where both live. */
function storedTwin(database: Database, { id, hash, deleted }: ReadablePicture): StoredPicture | undefined {
  const fields = 'SELECT id, class_id, split, deleted, excluded, note, tags FROM images';
  return (
    database.get<StoredPicture>(`${fields} WHERE id = ? AND hash = ?`, id, hash) ??
    (deleted ? undefined : database.get<StoredPicture>(`${fields} WHERE hash = ? AND deleted = 0`, hash))
  );
}

const hasLiveTwin = (database: Database, { hash, deleted }: ReadablePicture): boolean =>
  !deleted && database.get('SELECT 1 FROM images WHERE hash = ? AND deleted = 0', hash) !== undefined;

/** Under its own id where that is free: the journal and evaluations name pictures by it. Gives the id. */
function insertPicture(
  database: Database,
  importId: number,
  picture: ReadablePicture,
  classId: number | null,
): number {
  const isTaken = database.get('SELECT 1 FROM images WHERE id = ?', picture.id) !== undefined;
  return database.run(
    `INSERT INTO images
       (id, hash, name, folded_name, class_id, split, width, height, channels, bytes, import_id, deleted)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    isTaken ? null : picture.id,
    picture.hash,
    picture.name,
    foldName(picture.name),
    classId,
    picture.split,
    picture.width,
    picture.height,
    picture.channels,
    picture.bytes,
    importId,
    picture.deleted ? 1 : 0,
  ).id;
}

/**
 * A second name for the damaged file, in `damaged/`; the new database then takes its first one in one step, so that at no
 * moment there is none. Its log goes along: beside another database it would be replayed into that.
 */
function moveAside(folder: string): string {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const aside = join(damagedFolder(folder), stamp);
  makeFolderSync(aside);
  for (const suffix of ['-wal', '']) {
    const file = databaseFile(folder) + suffix;
    if (!existsSync(file)) continue;
    const target = join(aside, basename(file));
    try {
      linkSync(file, target);
    } catch {
      // A file system without second names.
      copyFileSync(file, target);
      syncFile(target);
    }
  }
  syncFolders(aside, damagedFolder(folder));
  for (const suffix of ['-wal', '-shm']) rmSync(databaseFile(folder) + suffix, { force: true });
  return join(aside, 'tessera.db');
}
