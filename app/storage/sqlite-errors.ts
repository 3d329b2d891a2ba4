import { TesseraError } from '../contract/index.ts';

// Primary result codes of SQLite, https://www.sqlite.org/rescode.html
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

/** What a failure of SQLite means to the person; anything else is given back as it is. */
export function storageError(error: unknown, projectPath: string): unknown {
  const reason = error instanceof Error ? error.message : String(error);
  switch (resultCode(error)) {
    case corrupt:
    case notADatabase:
      return new TesseraError('projectDamaged', { path: projectPath, reason }, { cause: error });
    case readOnly:
    case inputOutput:
    case full:
    case cannotOpen:
      return new TesseraError('projectNotWritable', { path: projectPath, reason }, { cause: error });
    default:
      return error;
  }
}
