import { TesseraError } from '../../contract/index.ts';

/** What the system says, in words; anything else is said as it is. */
const reasons: Record<string, string> = {
  EACCES: 'Tessera may not write there',
  EPERM: 'Tessera may not write there',
  EROFS: 'that disk can only be read',
  ENOENT: 'its folder cannot be made',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EISDIR: 'it is a folder; name a file in it',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  ENAMETOOLONG: 'the name is too long',
};

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
    throw new TesseraError(code, { path, reason: reasonOf(error) }, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = 'code' in error ? reasons[String(error.code)] : undefined;
  return known ?? error.message;
}
