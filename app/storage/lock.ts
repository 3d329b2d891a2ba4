import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TesseraError } from '../contract/index.ts';
import { isBusy, storageError } from './sqlite-errors.ts';

export const lockFileName = 'tessera.lock';

/**
 * Makes this the only Tessera that has the project open. The lock is the operating system's own, by way of an
 * exclusive transaction in a second, empty SQLite file: it ends with the process, however that ends.
 *
 * Throws `projectLocked` where the lock is taken, by another process or by this one.
 */
export function lockProject(projectPath: string): Disposable {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(join(projectPath, lockFileName));
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection?.close();
    if (isBusy(error)) throw new TesseraError('projectLocked', { path: projectPath }, { cause: error });
    throw storageError(error, projectPath);
  }
  const held = connection;
  return {
    [Symbol.dispose]: () => {
      if (held.isOpen) held.close();
    },
  };
}
