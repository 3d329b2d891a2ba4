import { TesseraError } from '../../contract/index.ts';
import type { ImportWishes, Task, TaskResults } from '../../core/tasks.ts';
import type { FoundPicture } from '../../formats/found-picture.ts';
import { findPictures } from '../../formats/layouts/find-pictures.ts';
import type { TaskContext } from './context.ts';
import { storePictures } from './store-pictures.ts';

/**
 * Finds the pictures at some paths and puts them into the project. `className` and `split` stand above what the source
 * says. Throws what `findPictures` and `storePictures` throw, and `cannotReference` where a picture that is to stay in its place is
 * no file of its own.
 */
export async function runImport(
  { projectPath, paths, layout, only, known, inPlace = false, ...wishes }: Extract<Task, { kind: 'import' }>,
  context: TaskContext,
): Promise<TaskResults['import']> {
  context.progress(0, null, 'Looking for pictures');
  await using found = await findPictures(paths, layout, { signal: context.signal, ...wishes });
  const { exported } = found;
  const wanted = only === undefined ? null : new Set(only);
  const wished = asWished(found.pictures(), wishes, wanted);
  const pictures = inPlace ? onDisk(wished) : wished;
  const skipped = wanted === null ? found.skipped : found.skipped.filter(({ path }) => wanted.has(path));
  const total = wanted === null ? found.total : null;
  // Awaited here: an archive is closed when this function ends.
  const source = { pictures, total, skipped, inPlace, ...(known && { known }) };
  const { classes } = await storePictures(source, projectPath, context);
  const isAsExported = wishes.split === undefined && wishes.className === undefined;
  return { classes, ...(exported && isAsExported && { exported }) };
}

async function* asWished(
  pictures: Iterable<FoundPicture> | AsyncIterable<FoundPicture>,
  { className, split }: ImportWishes,
  only: ReadonlySet<string> | null,
): AsyncIterable<FoundPicture> {
  for await (const picture of pictures) {
    if (only !== null && picture.file?.kind === 'disk' && !only.has(picture.file.path)) continue;
    yield { ...picture, ...(className !== undefined && { className }), ...(split && { split }) };
  }
}

/** One of an archive, or of many in a file, cannot stay where it is. */
async function* onDisk(pictures: AsyncIterable<FoundPicture>): AsyncIterable<FoundPicture> {
  for await (const picture of pictures) {
    if (picture.file?.kind !== 'disk') throw new TesseraError('cannotReference', { path: picture.path });
    yield picture;
  }
}
