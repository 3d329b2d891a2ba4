import { lstat, readdir } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { TesseraError } from '../../contract/index.ts';
import type { PredictInput } from '../../core/tasks.ts';

const pictureExtensions = new Set('.jpg .jpeg .jpe .jfif .png .webp .gif .tif .tiff .bmp .avif'.split(' '));

/**
 * The pictures of folders, and files that were named themselves, sorted by name. Below a folder only names of pictures
 * count; hidden files, links and what macOS puts into archives are passed over. Throws `fileNotFound`.
 */
export async function folderPictures(paths: readonly string[]): Promise<PredictInput[]> {
  const found = await Promise.all(paths.map((path) => picturesAt(path, paths.length > 1)));
  return found.flat();
}

async function picturesAt(path: string, amongOthers: boolean): Promise<PredictInput[]> {
  const status = await lstat(path).catch((error: Error) => {
    throw new TesseraError('fileNotFound', { path }, { cause: error });
  });
  if (!status.isDirectory()) return [{ name: basename(path), path }];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile() && pictureExtensions.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name));
  return files
    .map((file) => ({ name: relative(path, file), path: file }))
    .filter(({ name }) => !isPassedOver(name))
    .map(({ name, path: file }) => ({ name: amongOthers ? join(basename(path), name) : name, path: file }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

const isPassedOver = (name: string): boolean =>
  name.split(sep).some((part) => part.startsWith('.') || part === '__MACOSX');
