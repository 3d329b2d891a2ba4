import { TesseraError } from '../../contract/index.ts';
import { refusalOf } from '../../core/disk-refusal.ts';

/** Waits for a model to be written; what goes wrong is thrown as `exportFailed`, unless it has a code of ours already. */
export const orExportFailed = <T>(path: string, writing: Promise<T>): Promise<T> =>
  orFailed('exportFailed', path, writing);

/** The same of any other file, as `fileNotWritten`. */
export const orNotWritten = <T>(path: string, writing: Promise<T>): Promise<T> =>
  orFailed('fileNotWritten', path, writing);

async function orFailed<T>(
  code: 'exportFailed' | 'fileNotWritten',
  path: string,
  writing: Promise<T>,
): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (error instanceof TesseraError) throw error;
    throw new TesseraError(code, { path, reason: refusalOf(error) }, { cause: error });
  }
}
