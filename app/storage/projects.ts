import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TesseraError } from '../contract/index.ts';
import { Database } from './database.ts';
import { databaseFile } from './files.ts';
import { finishAbandonedImports } from './imports.ts';
import { inspectDatabase } from './inspect.ts';
import { lockFileName, lockProject } from './lock.ts';
import { applicationId, migrate, newestVersion } from './migrations/index.ts';
import { refuseNetworkDrive } from './network-drive.ts';
import { isMarkedUnused, sweepOriginals } from './originals.ts';
import { openedProject, type OpenedProject } from './project.ts';
import { openProjectReadOnly } from './read-only.ts';
import { settleRuns } from './runs.ts';
import { examineProject, salvageProject } from './salvage.ts';
import { takeSnapshotSync } from './snapshots.ts';
import { orNotWritable, writingError } from './write-failure.ts';
import { makeFolderSync, renamePatientlySync, syncFolders } from './write-sync.ts';

/** A database in the making; it becomes `tessera.db` when it is whole. */
const unfinished = 'tessera.db.new';
/** What may lie in a folder that counts as empty: file managers' notes, and what an interrupted creation left. */
const negligible = new Set(['.DS_Store', 'desktop.ini', 'Thumbs.db', lockFileName]);

/**
 * Makes a project in a new or empty folder and opens it.
 * Throws `projectExists`, `projectLocked`, `projectNotWritable`, `projectOnNetwork`.
 */
export function createProject(path: string, name: string): OpenedProject {
  const folder = resolve(path);
  makeEmptyFolder(folder);
  refuseNetworkDrive(folder);
  return locked(folder, (lock) => {
    makeDatabase(folder, name.trim());
    return openLocked(folder, lock);
  });
}

/**
 * Opens a project for this process alone and brings it up to date.
 * Throws `projectNotFound`, `projectLocked`, `projectDamaged` and `projectNewer` (the file is then left untouched),
 * `projectOnNetwork`, `projectNotWritable`.
 */
export function openProject(path: string): OpenedProject {
  const folder = resolve(path);
  if (!existsSync(databaseFile(folder))) throw new TesseraError('projectNotFound', { path: folder });
  refuseNetworkDrive(folder);
  return locked(folder, (lock) => openLocked(folder, lock));
}

/** The `ProjectStores` of the services' ports. */
export const projectStores = {
  create: createProject,
  open: openProject,
  openReadOnly: openProjectReadOnly,
  examine: examineProject,
  salvage: salvageProject,
};

/** Holds the lock for what `work` opens; lets go of it where that fails. */
function locked(folder: string, work: (lock: Disposable) => OpenedProject): OpenedProject {
  const lock = lockProject(folder);
  try {
    return work(lock);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

function openLocked(folder: string, lock: Disposable): OpenedProject {
  const version = inspectDatabase(folder, databaseFile(folder));
  const database = new Database(folder, databaseFile(folder));
  try {
    if (version < newestVersion) takeSnapshotSync(database, 'migration');
    migrate(database);
    settleRuns(database);
    const wasCutShort = finishAbandonedImports(database);
    if (wasCutShort || isMarkedUnused(folder)) sweepOriginals(database);
    return openedProject(database, lock);
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

function makeEmptyFolder(folder: string): void {
  try {
    makeFolderSync(folder);
    const found = readdirSync(folder).filter((each) => !negligible.has(each) && !each.startsWith(unfinished));
    if (found.length === 0) return;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    // A file that bears the folder's name.
    if (error.code !== 'EEXIST' && error.code !== 'ENOTDIR') throw writingError(error, folder);
  }
  throw new TesseraError('projectExists', { path: folder });
}

function makeDatabase(folder: string, name: string): void {
  const file = join(folder, unfinished);
  orNotWritable(folder, () => {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
    {
      using database = new Database(folder, file);
      database.script(`PRAGMA application_id = ${applicationId}`);
      migrate(database);
      database.run('INSERT INTO project (single, id, name) VALUES (1, ?, ?)', randomUUID(), name);
    }
    renamePatientlySync(file, databaseFile(folder));
    syncFolders(folder);
  });
}
