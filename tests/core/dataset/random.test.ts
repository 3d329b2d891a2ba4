import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../app/core/dataset/random.ts';

/** The reference algorithm over BigInt, as its authors define it. */
function referenceStream(state: readonly number[], count: number): number[] {
  const mask = 0xffff_ffffn;
  const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (32n - bits))) & mask;
  const s = state.map(BigInt) as [bigint, bigint, bigint, bigint];
  return Array.from({ length: count }, () => {
    const result = (rotate((s[1] * 5n) & mask, 7n) * 9n) & mask;
    const shifted = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11n);
    return Number(result);
  });
}

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('Random', () => {
  it('is xoshiro128**', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        expect(referenceStream(random.state, 50)).toEqual(draw(random, 50));
      }),
    );
  });

  it('keeps the stream of a seed for ever', () => {
    expect(draw(new Random(1), 3)).toMatchInlineSnapshot(`
      [
        2442144158,
        3238099751,
        3819917871,
      ]
    `);
  });

  it('goes on from a state that was taken anywhere', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(100), (seed, before) => {
        const random = new Random(seed);
        draw(random, before);
        const resumed = Random.resume(random.state);
        expect(draw(resumed, 10)).toEqual(draw(random, 10));
      }),
    );
  });

  it('draws evenly below a limit', () => {
    const random = new Random(7);
    const counts = new Map<number, number>();
    for (let n = 0; n < 60_000; n++) {
      const drawn = random.below(6);
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('gives floats in [0, 1) around one half', () => {
    const random = new Random(3);
    const floats = Array.from({ length: 10_000 }, () => random.float());
    expect(Math.min(...floats)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...floats)).toBeLessThan(1);
    expect(Math.abs(floats.reduce((sum, each) => sum + each) / floats.length - 0.5)).toBeLessThan(0.02);
  });

  it('shuffles into a permutation, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const shuffled = new Random(seed).shuffle([...items]);
        expect(shuffled.toSorted()).toEqual(items.toSorted());
        expect(new Random(seed).shuffle([...items])).toEqual(shuffled);
      }),
    );
  });
});
