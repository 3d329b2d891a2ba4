/**
 * The decoded pictures of a data set: uint8 [H, W, C] each, one after the other in a file below `cache/pixels`. Decoding
 * happens once for a set of pictures, a size and a number of channels; every run after the first finds the file.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pixelCacheFile } from '../storage/files.ts';
import { DecodingPixels } from './decoding-pixels.ts';
import { orNotWritable } from './own-file.ts';
import { openPixels, type Pixels } from './pixels.ts';

export interface PixelSet {
  projectPath: string;
  /** SHA-256 of the originals, in the order of the rows. */
  hashes: readonly string[];
  /** Height and width, pixels. */
  size: number;
  channels: number;
}

/** Makes one picture's pixels, uint8 [size, size, channels]. */
export type Decode = (hash: string) => Promise<Uint8Array>;

interface Making {
  signal: AbortSignal;
  /** Up to how many bytes the set is held in memory; otherwise it is read from its file. Default `greatestInMemory`. */
  inMemory?: number;
  /** After every few pictures. */
  progress(done: number, total: number): void;
}

/** Pictures that are decoded at the same time, and written in one go. */
const chunk = 64;
/** Sets that stay; one more than a person is likely to go back and forth between. */
const keptSets = 4;

/** The set's pixels where they are in the cache already, else null. */
export async function cachedPixels(set: PixelSet, inMemory?: number): Promise<Pixels | null> {
  const path = cachePath(set);
  const found = await stat(path).catch(() => null);
  if (found?.size !== set.hashes.length * pictureBytes(set)) return null;
  const now = new Date();
  await utimes(path, now, now);
  return openPixels(path, set.hashes.length, pictureBytes(set), inMemory);
}

/**
 * The set's pixels, decoded first unless they are in the cache. Throws what `decode` throws, the signal's reason, and
 * `projectNotWritable`.
 */
export async function pixelsOf(set: PixelSet, decode: Decode, making: Making): Promise<Pixels> {
  const cached = await cachedPixels(set, making.inMemory);
  if (cached !== null) return cached;
  const path = cachePath(set);
  await orNotWritable(set.projectPath, mkdir(dirname(path), { recursive: true }));
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writePixels(temporary, set, decode, making);
    await orNotWritable(set.projectPath, rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await forgetOldest(dirname(path));
  return openPixels(path, set.hashes.length, pictureBytes(set), making.inMemory);
}

/** A set that is not in the cache yet: pictures are decoded as they are asked for. */
export interface FillingPixels extends AsyncDisposable {
  readonly pixels: DecodingPixels;
  /** Decodes the rest; then the cache has the set. Throws what `pixelsOf` throws. */
  finish(making: Making): Promise<Pixels>;
}

/** Begins a set in the cache. Disposed before it is finished, nothing of it stays. Throws `projectNotWritable`. */
export async function fillingPixels(set: PixelSet, decode: Decode): Promise<FillingPixels> {
  const path = cachePath(set);
  const written = <T>(writing: Promise<T>): Promise<T> => orNotWritable(set.projectPath, writing);
  await written(mkdir(dirname(path), { recursive: true }));
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await written(open(temporary, 'wx+'));
  const bytesEach = pictureBytes(set);
  const pixels = new DecodingPixels({
    rows: set.hashes.length,
    bytesEach,
    decode: (row) => decode(set.hashes[row] as string),
    async write(row, own) {
      for (let at = 0; at < bytesEach;) {
        at += (await written(file.write(own, at, bytesEach - at, row * bytesEach + at))).bytesWritten;
      }
    },
    async read(row, into) {
      await file.read(into, 0, bytesEach, row * bytesEach);
    },
  });
  return {
    pixels,
    async finish({ signal, progress, inMemory }) {
      await pixels.decodeRest(signal, (count) => progress(count, set.hashes.length));
      await written(file.sync());
      await written(rename(temporary, path));
      await forgetOldest(dirname(path));
      return openPixels(path, set.hashes.length, bytesEach, inMemory);
    },
    async [Symbol.asyncDispose]() {
      await pixels[Symbol.asyncDispose]();
      await file.close();
      await rm(temporary, { force: true });
    },
  };
}

async function writePixels(path: string, set: PixelSet, decode: Decode, making: Making): Promise<void> {
  const written = <T>(writing: Promise<T>): Promise<T> => orNotWritable(set.projectPath, writing);
  await using file: FileHandle = await written(open(path, 'wx'));
  for (let from = 0; from < set.hashes.length; from += chunk) {
    making.signal.throwIfAborted();
    making.progress(from, set.hashes.length);
    const pictures = await Promise.all(set.hashes.slice(from, from + chunk).map(decode));
    await written(file.writeFile(Buffer.concat(pictures)));
  }
  making.progress(set.hashes.length, set.hashes.length);
  // Before the rename: a file of the right size under its final name must hold the pixels, even after a power cut.
  await written(file.sync());
}

/** The pictures decide, not their labels: correcting a label does not decode everything again. */
function cachePath({ projectPath, hashes, size, channels }: PixelSet): string {
  const key = createHash('sha256').update(hashes.join('\n')).digest('hex').slice(0, 32);
  return pixelCacheFile(projectPath, `${key}-${size}x${size}x${channels}`);
}

const pictureBytes = ({ size, channels }: PixelSet): number => size * size * channels;

/** What another process still reads stays readable there; on Windows it cannot be removed, and goes the next time. */
async function forgetOldest(folder: string): Promise<void> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  const files = await Promise.all(paths.map(async (path) => ({ path, usedAt: await lastUse(path) })));
  const oldest = files.toSorted((a, b) => b.usedAt - a.usedAt).slice(keptSets);
  await Promise.allSettled(oldest.map(({ path }) => rm(path, { force: true })));
}

/** Milliseconds since 1970; 0 for a file that has just gone. */
const lastUse = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
