import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { TesseraError } from '../../app/contract/index.ts';
import { cachedPixels, pixelsOf, type PixelSet } from '../../app/jobs/pixel-cache.ts';
import { openPixels } from '../../app/jobs/pixels.ts';
import { temporaryFolder } from './temporary-folder.ts';

let set: PixelSet;
/** Hashes in the order in which they were decoded. */
let decoded: string[];
beforeEach(() => {
  set = { projectPath: temporaryFolder(), hashes: hashes(150), size: 2, channels: 3 };
  decoded = [];
});

const hashes = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index));

const decode = async (hash: string): Promise<Uint8Array> => {
  decoded.push(hash);
  return new Uint8Array(12).fill(Number(hash));
};
const quietly = { signal: new AbortController().signal, progress: () => undefined };
const cacheFolder = (): string => join(set.projectPath, 'cache', 'pixels');

describe('decoded pictures', () => {
  test('stand in the order of the set, and are decoded once', async () => {
    for (const time of ['first', 'second']) {
      await using pixels = await pixelsOf(set, decode, quietly);
      const into = new Uint8Array(36);
      await pixels.gather([149, 0, 7], into);
      expect([into[0], into[12], into[24], into[35]], time).toEqual([149, 0, 7, 7]);
      expect(decoded, time).toEqual(set.hashes);
    }
  });

  test('are others for another size, other channels, other pictures or another order', async () => {
    const others: Partial<PixelSet>[] = [
      { size: 4 },
      { channels: 1 },
      { hashes: hashes(150, 1) },
      { hashes: set.hashes.toReversed() },
    ];
    await (await pixelsOf(set, decode, quietly))[Symbol.asyncDispose]();
    for (const other of others) expect(await cachedPixels({ ...set, ...other })).toBeNull();
    expect(await cachedPixels(set)).not.toBeNull();
  });

  test('say how far they are', async () => {
    const reports: number[][] = [];
    const progress = (done: number, total: number) => reports.push([done, total]);
    await (await pixelsOf(set, decode, { ...quietly, progress }))[Symbol.asyncDispose]();
    expect(reports).toEqual([
      [0, 150],
      [64, 150],
      [128, 150],
      [150, 150],
    ]);
  });
});

describe('nothing half-decoded stays', () => {
  test('when a picture cannot be read', async () => {
    const broken = new TesseraError('pictureUnreadable', { path: 'x', reason: 'y' });
    const failing = (hash: string) => (hash === '100' ? Promise.reject(broken) : decode(hash));
    await expect(pixelsOf(set, failing, quietly)).rejects.toBe(broken);
    expect(readdirSync(cacheFolder())).toEqual([]);
  });

  test('when it is cancelled', async () => {
    const abort = new AbortController();
    const cancelled = new TesseraError('cancelled');
    const progress = (done: number) => {
      if (done === 64) abort.abort(cancelled);
    };
    await expect(pixelsOf(set, decode, { signal: abort.signal, progress })).rejects.toBe(cancelled);
    expect(readdirSync(cacheFolder())).toEqual([]);
    expect(decoded.length).toBeLessThan(150);
  });

  test('and a file of another length is not believed', async () => {
    await (await pixelsOf(set, decode, quietly))[Symbol.asyncDispose]();
    const [name = ''] = readdirSync(cacheFolder());
    writeFileSync(join(cacheFolder(), name), 'short');
    expect(await cachedPixels(set)).toBeNull();
    await using pixels = await pixelsOf(set, decode, quietly);
    const into = new Uint8Array(12);
    await pixels.gather([3], into);
    expect(into[0]).toBe(3);
  });
});

test('the four sets that were used last stay', async () => {
  const sets = Array.from({ length: 5 }, (_, index) => ({ ...set, hashes: hashes(1, index) }));
  for (const [index, each] of sets.entries()) {
    const before = readdirSync(set.projectPath).length === 0 ? [] : readdirSync(cacheFolder());
    await (await pixelsOf(each, decode, quietly))[Symbol.asyncDispose]();
    const name = readdirSync(cacheFolder()).find((found) => !before.includes(found)) ?? '';
    // The first one is the one that was used last.
    const usedAt = new Date(2020, 0, index === 0 ? 20 : index);
    utimesSync(join(cacheFolder(), name), usedAt, usedAt);
  }
  expect(await Promise.all(sets.map(async (each) => (await cachedPixels(each)) !== null))).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
});

test('a set that is too large for the memory is read from its file, with the same result', async () => {
  await (await pixelsOf(set, decode, quietly))[Symbol.asyncDispose]();
  const [name = ''] = readdirSync(cacheFolder());
  await using pixels = await openPixels(join(cacheFolder(), name), 150, 12, 100);
  const into = new Uint8Array(24);
  await pixels.gather([140, 2], into);
  expect([...into]).toEqual([...Array<number>(12).fill(140), ...Array<number>(12).fill(2)]);
});
