import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { cachedPixels, fillingPixels, type PixelSet } from '../../app/jobs/pixel-cache.ts';
import { temporaryFolder } from './temporary-folder.ts';

let set: PixelSet;
let decoded: string[];
beforeEach(() => {
  const hashes = Array.from({ length: 50 }, (_, index) => String(index));
  set = { projectPath: temporaryFolder(), hashes, size: 2, channels: 3 };
  decoded = [];
});
const decode = async (hash: string): Promise<Uint8Array> => {
  decoded.push(hash);
  await new Promise((resolve) => setTimeout(resolve, Number(hash) % 3));
  return new Uint8Array(12).fill(Number(hash));
};
const quietly = { signal: new AbortController().signal, progress: () => undefined, inMemory: 0 };
const folder = (): string => join(set.projectPath, 'cache', 'pixels');

describe('pictures that are decoded as they are asked for', () => {
  test('are decoded once, and read from the disk after that', async () => {
    await using filling = await fillingPixels(set, decode);
    const into = new Uint8Array(36);
    // The same one twice at once, as balanced classes may have it.
    await filling.pixels.gather([7, 3, 7], into);
    await filling.pixels.gather([3, 7, 3], into);
    expect([into[0], into[12], into[24]]).toEqual([3, 7, 3]);
    expect(decoded.toSorted()).toEqual(['3', '7']);
    expect(filling.pixels.count).toBe(2);
  });

  test('are in the cache once the rest is decoded', async () => {
    await using filling = await fillingPixels(set, decode);
    await filling.pixels.gather([40, 2], new Uint8Array(24));
    expect(await cachedPixels(set)).toBeNull();
    await using pixels = await filling.finish(quietly);
    expect(decoded).toHaveLength(50);
    const into = new Uint8Array(50 * 12);
    await pixels.read(0, into);
    expect([...into].every((value, at) => value === Math.floor(at / 12))).toBe(true);
    expect(await cachedPixels(set)).not.toBeNull();
  });

  test('leave nothing behind where they were not finished, and say what is wrong with a picture', async () => {
    const broken = new Error('broken');
    const filling = await fillingPixels(set, (hash) =>
      hash === '5' ? Promise.reject(broken) : decode(hash),
    );
    await expect(filling.pixels.gather([4, 5], new Uint8Array(24))).rejects.toBe(broken);
    await expect(filling.finish(quietly)).rejects.toBe(broken);
    await filling[Symbol.asyncDispose]();
    expect(readdirSync(folder())).toEqual([]);
  });

  test('stop where the work is cancelled', async () => {
    await using filling = await fillingPixels(set, decode);
    const signal = AbortSignal.abort('enough');
    await expect(filling.finish({ ...quietly, signal })).rejects.toBe('enough');
    expect(decoded).toEqual([]);
  });
});
