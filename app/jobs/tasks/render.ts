import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemCode } from '../../core/disk-refusal.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import { toThumbnail, toUprightPng } from '../../formats/images/describe-picture.ts';
import { renderedFile, requireProject, thumbnailFile, writeFileAtomic } from '../../storage/files.ts';
import { readOriginal } from '../originals.ts';

/**
 * Makes a picture of `cache/` anew from its original, and gives the path where it lies. Throws what `readOriginal` throws when that
 * is gone, and `pictureUnreadable`; `projectNotWritable` when the whole project is gone.
 */
export async function runRender(task: Extract<Task, { kind: 'render' }>): Promise<TaskResults['render']> {
  const { projectPath, hash, size, elsewhere } = task;
  const { bytes, path: original } = await readOriginal(task, hash);
  const [path, rendered] =
    size === 'thumb'
      ? [thumbnailFile(projectPath, hash), await toThumbnail(bytes, original)]
      : [renderedFile(projectPath, hash), await toUprightPng(bytes, original)];
  await requireProject(projectPath);
  try {
    await writeFileAtomic(path, rendered);
    return { path };
  } catch (error) {
    // A disk that is full or can only be read is no reason not to look at pictures.
    if (systemCode(error) === null) throw error;
    const other = join(elsewhere, basename(path));
    // The pictures are the person's own, also where several have one temporary folder.
    await mkdir(elsewhere, { recursive: true, mode: 0o700 });
    await writeFileAtomic(other, rendered);
    return { path: other };
  }
}
