import type { Task, TaskResults } from '../../core/tasks.ts';
import { toThumbnail, toUprightPng } from '../../formats/images/describe-picture.ts';
import { renderedFile, requireProject, thumbnailFile, writeFileAtomic } from '../../storage/files.ts';
import { readOriginal } from '../originals.ts';

/**
 * Makes a picture of `cache/` anew from its original. Throws what `readOriginal` throws when that is gone, and
 * `pictureUnreadable`; `projectNotWritable` when the whole project is gone.
 */
export async function runRender(task: Extract<Task, { kind: 'render' }>): Promise<TaskResults['render']> {
  const { projectPath, hash, size } = task;
  const { bytes, path: original } = await readOriginal(task, hash);
  const [path, rendered] =
    size === 'thumb'
      ? [thumbnailFile(projectPath, hash), await toThumbnail(bytes, original)]
      : [renderedFile(projectPath, hash), await toUprightPng(bytes, original)];
  await requireProject(projectPath);
  await writeFileAtomic(path, rendered);
  return { path };
}
