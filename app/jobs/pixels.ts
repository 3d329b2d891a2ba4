import { open, readFile } from 'node:fs/promises';

/** Decoded pictures, by row. */
export interface Pixels extends AsyncDisposable {
  /** Copies the pictures of these rows, one after the other, to the beginning of `into`. */
  gather(rows: readonly number[], into: Uint8Array): Promise<void>;
  /** Fills `into`, a whole number of pictures, from this row on. */
  read(first: number, into: Uint8Array): Promise<void>;
}

/** Up to here a whole set is held in memory, bytes. */
export const greatestInMemory = 2 ** 30;

/** Opens a file of `count` pictures of `bytesEach` bytes: in memory where that is reasonable, else read per batch. */
export async function openPixels(
  path: string,
  count: number,
  bytesEach: number,
  limit = greatestInMemory,
): Promise<Pixels> {
  return count * bytesEach <= limit ? pixelsInMemory(path, bytesEach) : pixelsInFile(path, bytesEach);
}

async function pixelsInMemory(path: string, bytesEach: number): Promise<Pixels> {
  const all = await readFile(path);
  return {
    async gather(rows, into) {
      rows.forEach((row, place) => {
        into.set(all.subarray(row * bytesEach, (row + 1) * bytesEach), place * bytesEach);
      });
    },
    async read(first, into) {
      into.set(all.subarray(first * bytesEach, first * bytesEach + into.length));
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function pixelsInFile(path: string, bytesEach: number): Promise<Pixels> {
  const file = await open(path);
  return {
    async gather(rows, into) {
      const reads = rows.map((row, place) => file.read(into, place * bytesEach, bytesEach, row * bytesEach));
      await Promise.all(reads);
    },
    async read(first, into) {
      await file.read(into, 0, into.length, first * bytesEach);
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
