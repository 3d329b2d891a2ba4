import { readFile } from 'node:fs/promises';
import { TesseraError } from '../../contract/index.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import { toThumbnail, toUprightPng } from '../../formats/images/describe-picture.ts';
import {
  imageFile,
  renderedFile,
  requireProject,
  thumbnailFile,
  writeFileAtomic,
} from '../../storage/files.ts';

/**
 * Makes a picture of `cache/` anew from its original. Throws `fileNotFound` when the original is gone, and
 * `pictureUnreadable`; `projectNotWritable` when the whole project is gone.
 */
export async function runRender({
  projectPath,
  hash,
  size,
}: Extract<Task, { kind: 'render' }>): Promise<TaskResults['render']> {
  const original = imageFile(projectPath, hash);
  const bytes = await readFile(original).catch((error: Error) => {
    throw new TesseraError('fileNotFound', { path: original }, { cause: error });
  });
  const [path, rendered] =
    size === 'thumb'
      ? [thumbnailFile(projectPath, hash), await toThumbnail(bytes, original)]
      : [renderedFile(projectPath, hash), await toUprightPng(bytes, original)];
  await requireProject(projectPath);
  await writeFileAtomic(path, rendered);
  return { path };
}
