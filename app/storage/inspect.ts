import { DatabaseSync } from 'node:sqlite';
import { TesseraError } from '../contract/index.ts';
import { applicationId, newestVersion } from './migrations/index.ts';
import { storageError } from './sqlite-errors.ts';

/**
 * Looks at a database before anything may write to it. Throws `projectDamaged` where it is not ours or not whole,
 * `projectNewer` where a later Tessera made it. The file is opened for reading only. Gives
 * the version of its schema.
 */
export function inspectDatabase(projectPath: string, file: string): number {
  const damaged = (reason: string): TesseraError =>
    new TesseraError('projectDamaged', { path: projectPath, reason });
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(file, { readOnly: true });
    connection.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    if (pragma(connection, 'application_id') !== applicationId) throw damaged('it is not a Tessera database');
    const version = Number(pragma(connection, 'user_version'));
    if (version > newestVersion) throw new TesseraError('projectNewer', { path: projectPath });
    const finding = pragma(connection, 'quick_check(1)');
    if (finding !== 'ok') throw damaged(String(finding));
    return version;
  } catch (error) {
    throw storageError(error, projectPath);
  } finally {
    connection?.close();
  }
}

/** The one value that a pragma answers with. */
function pragma(connection: DatabaseSync, name: string): unknown {
  const statement = connection.prepare(`PRAGMA ${name}`);
  statement.setReturnArrays(true);
  const row: unknown = statement.get();
  return Array.isArray(row) ? row[0] : undefined;
}
