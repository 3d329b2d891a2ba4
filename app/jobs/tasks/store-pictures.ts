import { hash } from 'node:crypto';
import { reportError, TesseraError } from '../../contract/index.ts';
import { cleanClassName } from '../../core/dataset/classes.ts';
import type { NewImage, SkippedFile } from '../../core/tasks.ts';
import type { FoundPicture } from '../../formats/found-picture.ts';
import { describePicture } from '../../formats/images/describe-picture.ts';
import { imageFile, thumbnailFile, writeManyAtomic } from '../../storage/files.ts';
import type { TaskContext } from './context.ts';
import { inOrder } from './in-order.ts';
import { picturesDone } from './progress-detail.ts';

/** Pictures read and decoded side by side: libuv's four threads are kept fed while one of them is large. */
const decodedAhead = 16;
/** A chunk is written and committed as one when it has so many pictures, or so many bytes. */
const chunkPictures = 1024;
const chunkBytes = 8 * 2 ** 20;

export interface PictureSource {
  pictures: AsyncIterable<FoundPicture> | Iterable<FoundPicture>;
  /** How many there will be, for the progress; null where nobody knows. */
  total: number | null;
  /** Files that were passed over before anything was read. */
  skipped?: readonly SkippedFile[];
}

interface NewFile {
  path: string;
  data: Uint8Array;
}
type Taken = { image: NewImage; files: NewFile[] } | { skipped: SkippedFile };

interface Chunk {
  images: NewImage[];
  files: NewFile[];
  skipped: SkippedFile[];
}

/**
 * Puts found pictures into a project: first the original, under the hash of its bytes, and its thumbnail on the disk, then
 * a row for each through `context.images`, chunk by chunk in the source's order. A picture that cannot be read is skipped
 * with the reason and never stops the rest. What is on the disk when this ends early is at most unused. Gives the classes
 * in order of appearance. Throws `projectNotWritable`, what the source throws, and the signal's reason.
 */
export async function storePictures(
  { pictures, total, skipped = [] }: PictureSource,
  projectPath: string,
  context: TaskContext,
): Promise<{ classes: string[] }> {
  const classes = new Set<string>();
  const taken = inOrder(pictures, decodedAhead, (found) => take(found, projectPath));
  let done = 0;
  let sent = begun(send({ images: [], files: [], skipped: [...skipped] }, projectPath, context));
  try {
    for await (const chunk of chunksOf(taken, context.signal)) {
      done += chunk.images.length + chunk.skipped.length;
      for (const { className } of chunk.images) {
        const name = className === null ? null : cleanClassName(className);
        if (name !== null) classes.add(name);
      }
      // While one chunk is written the next one is decoded, and no further.
      await sent;
      sent = begun(send(chunk, projectPath, context));
      context.progress(done, total, progressDetail(done, total));
    }
    await sent;
  } finally {
    // Nothing is written any more once the task has ended: what it wrote may be taken back now.
    await Promise.allSettled([sent]);
  }
  return { classes: [...classes] };
}

/** Reads and decodes one picture. Never rejects: what went wrong is in what it gives. */
async function take(found: FoundPicture, projectPath: string): Promise<Taken> {
  try {
    const bytes = await found.read();
    const { width, height, channels, thumbnail } = await describePicture(bytes, found.path);
    const { name, className, split } = found;
    const id = hash('sha256', bytes);
    const files = [{ path: imageFile(projectPath, id), data: bytes }];
    if (thumbnail !== null) files.push({ path: thumbnailFile(projectPath, id), data: thumbnail });
    const image = { hash: id, name, className, split, width, height, channels, bytes: bytes.length };
    return { image, files };
  } catch (error) {
    const { details, message } = reportError(error);
    return { skipped: { path: found.path, reason: String(details.reason ?? message) } };
  }
}

async function* chunksOf(taken: AsyncIterable<Taken>, signal: AbortSignal): AsyncGenerator<Chunk> {
  let chunk: Chunk = { images: [], files: [], skipped: [] };
  let bytes = 0;
  for await (const each of taken) {
    signal.throwIfAborted();
    if ('skipped' in each) {
      chunk.skipped.push(each.skipped);
    } else {
      chunk.images.push(each.image);
      chunk.files.push(...each.files);
      bytes += each.image.bytes;
    }
    if (chunk.images.length + chunk.skipped.length >= chunkPictures || bytes >= chunkBytes) {
      yield chunk;
      chunk = { images: [], files: [], skipped: [] };
      bytes = 0;
    }
  }
  if (!isEmpty(chunk)) yield chunk;
}

async function send(chunk: Chunk, projectPath: string, { images }: TaskContext): Promise<void> {
  if (isEmpty(chunk)) return;
  await writeManyAtomic(chunk.files).catch((error: unknown) => {
    const { message: reason } = reportError(error);
    throw new TesseraError('projectNotWritable', { path: projectPath, reason }, { cause: error });
  });
  await images(chunk.images, chunk.skipped);
}

/** Work that is awaited later; a failure until then must not end the process as one that nobody handles. */
function begun(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}

const isEmpty = ({ images, skipped }: Chunk): boolean => images.length + skipped.length === 0;

const progressDetail = (done: number, total: number | null): string =>
  total === null ? `${done.toLocaleString('en-US')} pictures` : picturesDone(done, total);
