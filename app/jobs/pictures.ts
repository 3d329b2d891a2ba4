import { lstat, readFile } from 'node:fs/promises';
import { TesseraError } from '../contract/index.ts';
import type { Graph } from '../contract/index.ts';
import type { GivenPicture } from '../core/tasks.ts';
import { toInput } from '../formats/images/to-input.ts';

/**
 * A picture file as a network takes it: uint8 [H, W, C] of the graph's input. `name` is what errors call it. Throws
 * `fileNotFound` and `pictureUnreadable`.
 */
export async function readPicture(
  path: string,
  { channels, height }: Graph['input'],
  name = path,
): Promise<Uint8Array> {
  return toInput(await readRegularFile(path, name), height, channels === 1 ? 1 : 3, name);
}

/** The same of a picture that may have been sent instead of lying in a file. */
export function readGivenPicture(picture: GivenPicture, input: Graph['input']): Promise<Uint8Array> {
  if ('path' in picture) return readPicture(picture.path, input, picture.name);
  return toInput(picture.bytes, input.height, input.channels === 1 ? 1 : 3, picture.name);
}

/** Regular files alone: reading a pipe that is named like a picture would never end. */
export async function readRegularFile(path: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const found = await lstat(path).catch((error: Error) => {
    throw new TesseraError('fileNotFound', { path: name }, { cause: error });
  });
  if (!found.isFile())
    throw new TesseraError('pictureUnreadable', { path: name, reason: 'it is not a regular file' });
  return readFile(path);
}
