import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { TesseraError, type ImportSource } from '../contract/index.ts';
import type { Uploads } from './uploads.ts';

/** The files and folders of a source, absolute. Throws `fileNotFound` and `uploadNotFound`. */
export async function sourcePaths(source: ImportSource, uploads: Uploads): Promise<string[]> {
  const paths =
    'uploadId' in source ? await uploads.paths(source.uploadId) : source.paths.map((path) => resolve(path));
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) throw new TesseraError('fileNotFound', { path: missing });
  return paths;
}
