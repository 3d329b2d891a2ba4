import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { PredictInput } from '../../core/tasks.ts';
import { readingError, walkFolder } from '../../formats/layouts/disk-files.ts';
import { isPictureName } from '../../formats/layouts/file-kinds.ts';
import { inNaturalOrder } from '../../formats/layouts/natural-order.ts';

/**
 * The pictures of folders, and files that were named themselves, sorted by name. Below a folder only names of pictures
 * count; hidden files, links and what macOS puts into archives are passed over. Throws `fileNotFound` and
 * `fileUnreadable`.
 */
export async function folderPictures(paths: readonly string[]): Promise<PredictInput[]> {
  const found = await Promise.all(paths.map((path) => picturesAt(path, paths.length > 1)));
  return found.flat();
}

async function picturesAt(path: string, amongOthers: boolean): Promise<PredictInput[]> {
  const status = await stat(path).catch((error: unknown) => {
    throw readingError(error, path);
  });
  if (!status.isDirectory()) return [{ name: basename(path), path }];
  const { files } = await walkFolder(path, amongOthers ? `${basename(path)}/` : '');
  const pictures = files.filter(({ name }) => isPictureName(name));
  return inNaturalOrder(pictures).map((file) => ({ name: file.name, path: file.path }));
}
