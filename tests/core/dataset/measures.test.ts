import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measurePicture } from '../../../app/core/dataset/measures.ts';
import { hashDistance, hashOf, nearDuplicates } from '../../../app/core/dataset/near-duplicates.ts';
import { Random } from '../../../app/core/dataset/random.ts';

/** A smooth scene of a few blobs, so that it can be drawn at any size. */
function scene(seed: number, width: number, height: number, light = 1): Uint8Array {
  const random = new Random(seed);
  const blobs = Array.from({ length: 6 }, () => ({
    x: random.float(),
    y: random.float(),
    reach: 0.05 + 0.2 * random.float(),
    level: 40 + 160 * random.float(),
  }));
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [((at % width) + 0.5) / width, (Math.floor(at / width) + 0.5) / height];
    const sum = blobs.reduce(
      (level, blob) =>
        level + blob.level * Math.exp(-((x - blob.x) ** 2 + (y - blob.y) ** 2) / blob.reach ** 2),
      10,
    );
    return Math.min(255, Math.round(light * sum));
  });
}
const measured = (pixels: Uint8Array, width: number, height: number) =>
  measurePicture({ pixels, width, height, channels: 1 });

describe('what is measured', () => {
  it('is the mean luminance, by the weights of the three colours', () => {
    const grey = measured(Uint8Array.of(0, 255, 51, 204), 2, 2);
    expect(grey.brightness).toBeCloseTo(0.5, 6);
    const green = { pixels: Uint8Array.of(0, 255, 0), width: 1, height: 1, channels: 3 } as const;
    expect(measurePicture(green).brightness).toBeCloseTo(0.587, 6);
  });

  it('is the variance of the Laplacian, which blurring lowers', () => {
    // One inner pixel: its Laplacian is −4 · 100, and of one value there is no variance.
    expect(measured(Uint8Array.of(0, 0, 0, 0, 100, 0, 0, 0, 0), 3, 3).sharpness).toBe(0);
    // Two inner pixels with Laplacians −400 and 100: mean −150, variance 250².
    expect(measured(Uint8Array.of(0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0), 4, 3).sharpness).toBe(250 ** 2);
    const sharp = Uint8Array.from({ length: 64 * 64 }, (_, at) => (Math.floor(at / 8) % 2) * 200);
    const soft = Uint8Array.from({ length: 64 * 64 }, (_, at) => 100 + 90 * Math.sin((at % 64) / 9));
    expect(measured(sharp, 64, 64).sharpness).toBeGreaterThan(20 * measured(soft, 64, 64).sharpness);
  });

  it('never fails, whatever the size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (width, height, seed) => {
          const { brightness, sharpness, fingerprint } = measured(scene(seed, width, height), width, height);
          expect(brightness).toBeGreaterThanOrEqual(0);
          expect(brightness).toBeLessThanOrEqual(1);
          expect(sharpness).toBeGreaterThanOrEqual(0);
          expect(fingerprint).toMatch(/^[0-9a-f]{104}$/);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('near duplicates', () => {
  const photograph = (id: number, seed: number, width = 120, height = 90, light = 1) => ({
    id,
    isTiny: false,
    fingerprint: measured(scene(seed, width, height, light), width, height).fingerprint,
  });

  it('are found at another size and in another light, and other scenes are left alone', () => {
    const pictures = Array.from({ length: 60 }, (_, at) => photograph(at + 1, at + 100));
    const again = [photograph(61, 105, 200, 150), photograph(62, 105, 80, 60, 1.05), photograph(63, 120)];
    const groups = nearDuplicates([...again, ...pictures]);
    expect([...groups].toSorted(([a], [b]) => a - b)).toEqual([
      [6, 6],
      [21, 21],
      [61, 6],
      [62, 6],
      [63, 21],
    ]);
  });

  it('finds every pair that comparing all with all finds', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
    const level = '80'.repeat(36);
    const flips = fc.array(fc.nat({ max: 127 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(hex, flips), { minLength: 2, maxLength: 12 }), (seeds) => {
        const pictures = seeds.flatMap(([hash, bits], at) => [
          { id: 2 * at + 1, isTiny: false, fingerprint: hash + level },
          { id: 2 * at + 2, isTiny: false, fingerprint: flipped(hash, bits) + level },
        ]);
        const groups = nearDuplicates(pictures);
        for (const a of pictures) {
          for (const b of pictures) {
            if (hashDistance(hashOf(a.fingerprint), hashOf(b.fingerprint)) > 8 || a === b) continue;
            expect(groups.get(a.id)).toBe(groups.get(b.id));
            expect(groups.get(a.id)).toBeDefined();
          }
        }
      }),
    );
  });

  it('a thousand equal ones are one group', () => {
    const blank = Array.from({ length: 1000 }, (_, at) => ({
      id: at + 1,
      isTiny: true,
      fingerprint: '0'.repeat(104),
    }));
    expect(new Set(nearDuplicates(blank).values())).toEqual(new Set([1]));
  });
});

function flipped(hex: string, bits: readonly number[]): string {
  const nibbles = [...hex].map((digit) => parseInt(digit, 16));
  for (const bit of bits) nibbles[bit >> 2] = (nibbles[bit >> 2] as number) ^ (1 << (bit & 3));
  return nibbles.map((nibble) => nibble.toString(16)).join('');
}
