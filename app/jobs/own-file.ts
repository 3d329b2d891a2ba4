import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { TesseraError } from '../contract/index.ts';
import { refusalOf } from '../core/disk-refusal.ts';

/** A file's bytes, or null where there is none. Throws `fileUnreadable`. */
export async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TesseraError('fileUnreadable', { path, reason }, { cause: error });
  }
}

/** The bytes of a file that the person named. Throws `fileNotFound` and `fileUnreadable`. */
export async function readGiven(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readIfThere(path);
  if (bytes === null) throw new TesseraError('fileNotFound', { path });
  return bytes;
}

/** JSON that we wrote ourselves, checked all the same: disks and people change files. Throws `fileMalformed`. */
export function parseOwn<T>(schema: z.ZodType<T>, text: string, path: string, format: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new TesseraError('fileMalformed', { path, format, reason }, { cause: error });
  }
}

/** Waits for files of a project to be written; what the disk refuses is thrown as `projectNotWritable`. */
export async function orNotWritable<T>(projectPath: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error instanceof TesseraError) throw error;
    const reason = refusalOf(error);
    throw new TesseraError('projectNotWritable', { path: projectPath, reason }, { cause: error });
  }
}
