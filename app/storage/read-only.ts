import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TesseraError, type ReadOnlyReason } from '../contract/index.ts';
import { Database } from './database.ts';
import { databaseFile } from './files.ts';
import { inspectDatabase } from './inspect.ts';
import { migrate, newestVersion } from './migrations/index.ts';
import { openedProject, type OpenedProject } from './project.ts';

/**
 * Opens a project for looking only. Where another Tessera writes it, what that one commits is seen at once; a folder that
 * cannot be written, or a database of an older Tessera, is read from a private copy, because SQLite would have to write
 * beside it. A newer Tessera's database is read as far as this one understands it.
 *
 * Throws `projectNotFound`, `projectDamaged`, and `projectNewer` for one that cannot be understood.
 */
export function openProjectReadOnly(path: string, reason: ReadOnlyReason): OpenedProject {
  const folder = resolve(path);
  const file = databaseFile(folder);
  if (!existsSync(file)) throw new TesseraError('projectNotFound', { path: folder });
  if (reason === 'folder' || reason === 'network') return openCopy(folder, reason);
  if (reason === 'newer') return openNewer(folder);
  const version = inspectDatabase(folder, file);
  return version < newestVersion ? openCopy(folder, reason) : openDirectly(folder, reason);
}

function openDirectly(folder: string, reason: ReadOnlyReason): OpenedProject {
  const database = new Database(folder, databaseFile(folder), reason);
  try {
    return openedProject(database, nothing);
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

function openNewer(folder: string): OpenedProject {
  try {
    const project = openDirectly(folder, 'newer');
    // What every screen asks first; where even that has changed there is nothing to show.
    project.summary();
    project.classes();
    project.images({}, 0, 1);
    project.history(1);
    project.runs();
    return project;
  } catch (error) {
    throw new TesseraError('projectNewer', { path: folder }, { cause: error });
  }
}

function openCopy(folder: string, reason: ReadOnlyReason): OpenedProject {
  const temporary = mkdtempSync(join(tmpdir(), 'tessera-reading-'));
  const remove = (): void => rmSync(temporary, { recursive: true, force: true });
  try {
    const file = join(temporary, 'tessera.db');
    copyWithLog(databaseFile(folder), file);
    inspectDatabase(folder, file);
    {
      using copy = new Database(folder, file);
      migrate(copy);
    }
    return openedProject(new Database(folder, file, reason), { [Symbol.dispose]: remove });
  } catch (error) {
    remove();
    throw error;
  }
}

/** A database with the log of what has not been brought into it yet. */
export function copyWithLog(from: string, to: string): void {
  copyFileSync(from, to);
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`);
}

const nothing: Disposable = { [Symbol.dispose]: () => undefined };
