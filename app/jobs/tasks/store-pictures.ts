import { cleanClassName } from '../../core/dataset/classes.ts';
import type { KnownPictures, NewImage, SkippedFile } from '../../core/tasks.ts';
import type { FoundPicture } from '../../formats/found-picture.ts';
import { imageFile, requireProject } from '../../storage/files.ts';
import { syncNames, writeMany, type NewFile } from '../../storage/many-files.ts';
import { orNotWritable } from '../own-file.ts';
import type { TaskContext } from './context.ts';
import { begun, inOrder } from './in-order.ts';
import { picturesDone } from './progress-detail.ts';
import { shapesOf, takeBatch, type Taken } from './take-pictures.ts';

/** Pictures that are handed on together, and how many such batches are under way. */
const batchPictures = 64;
const batchesAhead = 6;
/** A chunk is written and committed as one when it has so many pictures, or so many bytes. */
const chunkPictures = 1024;
const chunkBytes = 8 * 2 ** 20;

export interface PictureSource {
  pictures: AsyncIterable<FoundPicture> | Iterable<FoundPicture>;
  /** How many there will be, for the progress; null where nobody knows. */
  total: number | null;
  /** Files that were passed over before anything was read. */
  skipped?: readonly SkippedFile[];
  known?: KnownPictures;
  /** The originals stay where they are: only files on the disk may come. */
  inPlace?: boolean;
}

interface Chunk {
  images: NewImage[];
  files: NewFile[];
  skipped: SkippedFile[];
}

/** Pictures on their way from their files into a chunk. */
type Batch = Promise<Taken[]>;

/**
 * Puts found pictures into a project: first the original, under the hash of its bytes, and its thumbnail on the disk, then
 * a row for each through `context.images`, chunk by chunk in the source's order. Files are decoded by the pool of
 * processes, pictures that are made of raw pixels here. A picture that cannot be read is skipped with the reason and never
 * stops the rest. What was decoded when this ends early is reported too, so that it is taken back with the rest. Gives the
 * classes in order of appearance. Throws `projectNotWritable`, what the source throws, and the signal's reason.
 */
export async function storePictures(
  { pictures, total, skipped = [], known, inPlace = false }: PictureSource,
  projectPath: string,
  context: TaskContext,
): Promise<{ classes: string[] }> {
  const classes = new Set<string>();
  const shapes = shapesOf(known);
  /** Begun, and not in a chunk that was sent. */
  const unsent = new Set<Batch>();
  const batches = inOrder(batchesOf(pictures, context.signal), batchesAhead, (found) => {
    const batch = begun(takeBatch(found, shapes, { projectPath, inPlace }, context));
    unsent.add(batch);
    return Promise.resolve({ batch });
  });
  let done = 0;
  let sent = begun(send({ images: [], files: [], skipped: [...skipped] }, projectPath, context));
  try {
    for await (const { chunk, of } of chunksOf(batches, context.signal)) {
      done += chunk.images.length + chunk.skipped.length;
      for (const { className } of chunk.images) {
        const name = className === null ? null : cleanClassName(className);
        if (name !== null) classes.add(name);
      }
      // While one chunk is written the next one is decoded, and no further.
      await sent;
      sent = begun(send(chunk, projectPath, context));
      for (const batch of of) unsent.delete(batch);
      context.progress(done, total, progressDetail(done, total));
    }
    await sent;
  } catch (error) {
    await reportLeft(unsent, context);
    throw error;
  } finally {
    // Nothing is written any more once the task has ended: what it wrote may be taken back now.
    await Promise.allSettled([sent]);
  }
  return { classes: [...classes] };
}

async function* batchesOf(
  pictures: AsyncIterable<FoundPicture> | Iterable<FoundPicture>,
  signal: AbortSignal,
): AsyncGenerator<FoundPicture[]> {
  let batch: FoundPicture[] = [];
  for await (const picture of pictures) {
    signal.throwIfAborted();
    batch.push(picture);
    if (batch.length < batchPictures) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Whole batches together, and which they are. */
async function* chunksOf(
  batches: AsyncIterable<{ batch: Batch }>,
  signal: AbortSignal,
): AsyncGenerator<{ chunk: Chunk; of: Batch[] }> {
  let chunk: Chunk = { images: [], files: [], skipped: [] };
  let of: Batch[] = [];
  let bytes = 0;
  for await (const { batch } of batches) {
    const taken = await batch;
    signal.throwIfAborted();
    of.push(batch);
    for (const each of taken) {
      if ('skipped' in each) {
        chunk.skipped.push(each.skipped);
      } else {
        chunk.images.push(each.image);
        chunk.files.push(...each.files);
        bytes += each.image.bytes;
      }
    }
    if (chunk.images.length + chunk.skipped.length >= chunkPictures || bytes >= chunkBytes) {
      yield { chunk, of };
      chunk = { images: [], files: [], skipped: [] };
      of = [];
      bytes = 0;
    }
  }
  if (!isEmpty(chunk)) yield { chunk, of };
}

async function send(chunk: Chunk, projectPath: string, { images }: TaskContext): Promise<void> {
  if (isEmpty(chunk)) return;
  await requireProject(projectPath);
  await orNotWritable(projectPath, putOnDisk(chunk, projectPath));
  await images(chunk.images, chunk.skipped);
}

/** What was decoded by the pool lies there already, all but the names. A thumbnail whose name is lost is made anew. */
async function putOnDisk({ files, images }: Chunk, projectPath: string): Promise<void> {
  await writeMany(files);
  const copied = images.filter(({ reference }) => reference === undefined);
  await syncNames(copied.map(({ hash }) => imageFile(projectPath, hash)));
}

/** The files of these pictures lie in the project: who takes the import back has to know of them. */
async function reportLeft(batches: ReadonlySet<Batch>, { images }: TaskContext): Promise<void> {
  const settled = await Promise.allSettled(batches);
  const taken = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const left = taken.flatMap((each) => ('image' in each && each.files.length === 0 ? [each.image] : []));
  // It throws what ended the task, after it has told.
  if (left.length > 0) await images(left, []).catch(() => undefined);
}

const isEmpty = ({ images, skipped }: Chunk): boolean => images.length + skipped.length === 0;

const progressDetail = (done: number, total: number | null): string =>
  total === null ? `${done.toLocaleString('en-US')} pictures` : picturesDone(done, total);
