import { hash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { TesseraError, type Graph } from '../contract/index.ts';
import type { Referenced, References } from '../core/tasks.ts';
import { toInput } from '../formats/images/to-input.ts';
import { imageFile } from '../storage/files.ts';
import { readIfThere } from './own-file.ts';
import { readRegularFile } from './pictures.ts';

/** Where the originals of a project are: in its folder, or where they lay when they were imported in place. */
export interface Originals {
  readonly projectPath: string;
  readonly references?: References;
}

/** A file as it is encoded, and where it was read. */
export interface Original {
  bytes: Uint8Array<ArrayBuffer>;
  path: string;
}

/**
 * The bytes of a picture by its hash: of its file in `images/`, else of the file that the project refers to, if that is still
 * the very same. Throws `fileNotFound`, `pictureUnreadable`, and `referenceGone` or `referenceChanged` with the path.
 */
export async function readOriginal({ projectPath, references }: Originals, id: string): Promise<Original> {
  const path = imageFile(projectPath, id);
  const elsewhere = references?.[id];
  if (elsewhere === undefined) return { path, bytes: await readRegularFile(path, path) };
  const own = await readIfThere(path);
  if (own !== null) return { path, bytes: own };
  return { path: elsewhere.path, bytes: await readReferenced(elsewhere, id) };
}

/**
 * A picture of the project as a network takes it: uint8 [H, W, C]. Throws what `readOriginal` throws, and `pictureUnreadable` where
 * the file is not the one any more that was imported: nothing is learned, judged or said of a picture that nobody has labeled.
 */
export async function readProjectPicture(
  originals: Originals,
  id: string,
  { channels, height }: Graph['input'],
): Promise<Uint8Array> {
  const { bytes, path } = await readOriginal(originals, id);
  if (hash('sha256', bytes) !== id)
    throw new TesseraError('pictureUnreadable', { path, reason: 'it was changed since it was imported' });
  return toInput(bytes, height, channels === 1 ? 1 : 3, path);
}

/** The length is looked at first: whatever lies there now may be of any size, or a pipe that never ends. */
async function readReferenced({ path, bytes }: Referenced, id: string): Promise<Uint8Array<ArrayBuffer>> {
  const read = async (): Promise<Uint8Array<ArrayBuffer> | null> => {
    const found = await stat(path);
    return found.isFile() && found.size === bytes ? readFile(path) : null;
  };
  const content = await read().catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      throw new TesseraError('referenceGone', { path }, { cause: error });
    }
    throw new TesseraError('fileUnreadable', { path, reason: error.message }, { cause: error });
  });
  if (content === null || hash('sha256', content) !== id)
    throw new TesseraError('referenceChanged', { path });
  return content;
}
