import { TesseraError } from '../contract/index.ts';

// Primary result codes of SQLite, https://www.sqlite.org/rescode.html
const perm = 3;
const busy = 5;
const readOnly = 8;
const inputOutput = 10;
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const notADatabase = 26;

/** SQLite's primary result code of an error, or null where it is another kind of error. */
export function resultCode(error: unknown): number | null {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return null;
  return error.errcode & 0xff;
}

export const isBusy = (error: unknown): boolean => resultCode(error) === busy;

/** What keeps a database from being written, in words: those that a refused file has. */
const refusals = new Map([
  [perm, 'Tessera may not write there'],
  // After the patience of the connection: a virus scanner or a backup that does not let go of it.
  [busy, 'another program holds the file'],
  [readOnly, 'Tessera may not write there'],
  [inputOutput, 'the disk reported an error'],
  [full, 'the disk is full'],
  [cannotOpen, 'its database cannot be opened'],
]);

/** What a failure of SQLite means to the person; anything else is given back as it is. */
export function storageError(error: unknown, projectPath: string): unknown {
  const code = resultCode(error);
  if (code === null) return error;
  if (code === corrupt || code === notADatabase) {
    const reason = error instanceof Error ? error.message : String(error);
    return new TesseraError('projectDamaged', { path: projectPath, reason }, { cause: error });
  }
  const reason = refusals.get(code);
  if (reason === undefined) return error;
  return new TesseraError('projectNotWritable', { path: projectPath, reason }, { cause: error });
}
