/** What a system says when it refuses to write, by its code, in words. */
const refusals: Readonly<Record<string, string>> = {
  EACCES: 'Tessera may not write there',
  EPERM: 'Tessera may not write there',
  EBUSY: 'another program holds the file',
  ETXTBSY: 'another program holds the file',
  EROFS: 'that disk can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
  EFBIG: 'that disk takes no file so large',
  EIO: 'the disk reported an error',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'its folder cannot be made',
  EISDIR: 'it is a folder; name a file in it',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
};

/** The system's code of an error that a call to it ended with, as `ENOSPC`; null for any other error. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Why a file could not be written, in words where the code is known. */
export function refusalOf(error: unknown): string {
  const code = systemCode(error) ?? '';
  if (Object.hasOwn(refusals, code)) return refusals[code] as string;
  return error instanceof Error ? error.message : String(error);
}
