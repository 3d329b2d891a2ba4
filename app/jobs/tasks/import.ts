import type { Split } from '../../contract/index.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import type { FoundPicture } from '../../formats/found-picture.ts';
import { findPictures } from '../../formats/layouts/find-pictures.ts';
import type { TaskContext } from './context.ts';
import { storePictures } from './store-pictures.ts';

/**
 * Finds the pictures at some paths and puts them into the project. `split` stands above what the source says. Throws what
 * `findPictures` and `storePictures` throw.
 */
export async function runImport(
  { projectPath, paths, layout, split }: Extract<Task, { kind: 'import' }>,
  context: TaskContext,
): Promise<TaskResults['import']> {
  context.progress(0, null, 'Looking for pictures');
  await using found = await findPictures(paths, layout, context.signal);
  const pictures = split === undefined ? found.pictures() : allIn(split, found.pictures());
  const { total, skipped } = found;
  // Awaited here: an archive is closed when this function ends.
  const { classes } = await storePictures({ pictures, total, skipped }, projectPath, context);
  return { classes, ...(found.exported && split === undefined && { exported: found.exported }) };
}

async function* allIn(
  split: Split,
  pictures: Iterable<FoundPicture> | AsyncIterable<FoundPicture>,
): AsyncIterable<FoundPicture> {
  for await (const picture of pictures) yield { ...picture, split };
}
