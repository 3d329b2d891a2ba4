import { TesseraError } from '../contract/index.ts';
import { refusalOf, systemCode } from '../core/disk-refusal.ts';
import { storageError } from './sqlite-errors.ts';

/**
 * What a failure means to the person that came while a project was written: SQLite's and the file system's alike are
 * `projectNotWritable`. A mistake of ours is given back as it is.
 */
export function writingError(error: unknown, projectPath: string): unknown {
  const told = storageError(error, projectPath);
  if (told !== error || systemCode(error) === null) return told;
  return new TesseraError(
    'projectNotWritable',
    { path: projectPath, reason: refusalOf(error) },
    { cause: error },
  );
}

/** Writes files of a project at once; what the disk refuses is thrown as `projectNotWritable`. */
export function orNotWritable<T>(projectPath: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw writingError(error, projectPath);
  }
}
