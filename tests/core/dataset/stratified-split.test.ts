import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Split, SplitRatios } from '../../../app/contract/index.ts';
import {
  defaultRatios,
  stratifiedSplit,
  type SplitCandidate,
} from '../../../app/core/dataset/stratified-split.ts';
import { Random } from '../../../app/core/dataset/random.ts';

const splits: readonly Split[] = ['train', 'val', 'test'];

/** Pictures numbered from 1; `sizes[c]` of them in class c + 1. */
function candidates(sizes: readonly number[]): SplitCandidate[] {
  const classIds = sizes.flatMap((size, index) => Array<number>(size).fill(index + 1));
  return classIds.map((classId, index) => ({ imageId: index + 1, classId, split: null }));
}

function counts(given: Map<number, Split>, of: readonly SplitCandidate[]): Record<Split, number> {
  const result = { train: 0, val: 0, test: 0 };
  for (const { imageId, split } of of) {
    const now = split ?? given.get(imageId);
    if (now !== undefined) result[now]++;
  }
  return result;
}

const sizes = fc.array(fc.nat(60), { minLength: 1, maxLength: 12 });
const ratios: fc.Arbitrary<SplitRatios> = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.nat(20), fc.nat(20))
  .map(([train, val, test]) => {
    const sum = train + val + test;
    return { train: train / sum, val: val / sum, test: test / sum };
  });

describe('stratifiedSplit', () => {
  it('divides ten pictures of a class 8, 1, 1', () => {
    const all = candidates([10]);
    expect(counts(stratifiedSplit(all, defaultRatios, 1), all)).toEqual({ train: 8, val: 1, test: 1 });
  });

  it('carries what rounding leaves over to the next class', () => {
    const all = candidates(Array<number>(100).fill(15));
    expect(counts(stratifiedSplit(all, defaultRatios, 1), all)).toEqual({ train: 1200, val: 150, test: 150 });
  });

  it('gives every picture without a split exactly one', () => {
    fc.assert(
      fc.property(sizes, ratios, fc.integer(), (of, shares, seed) => {
        const all = candidates(of);
        const given = stratifiedSplit(all, shares, seed);
        expect([...given.keys()].sort((a, b) => a - b)).toEqual(all.map(({ imageId }) => imageId));
      }),
    );
  });

  it('rounds every share of a class down or up, unless a split would be empty', () => {
    fc.assert(
      fc.property(sizes, ratios, fc.integer(), (of, shares, seed) => {
        const all = candidates(of);
        const given = stratifiedSplit(all, shares, seed);
        of.forEach((size, index) => {
          const got = counts(
            given,
            all.filter(({ classId }) => classId === index + 1),
          );
          const open = splits.filter((split) => shares[split] > 0);
          for (const split of splits) {
            if (shares[split] === 0) expect(got[split]).toBe(0);
            else if (size >= 3) expect(got[split]).toBeGreaterThanOrEqual(1);
          }
          const exact = open.every((split) => shares[split] * size >= 1);
          if (!exact) return;
          for (const split of open) expect(Math.abs(got[split] - shares[split] * size)).toBeLessThan(1);
        });
      }),
    );
  });

  it('comes within one picture a split of the exact totals where no class is too small', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 41, max: 90 }), { minLength: 1, maxLength: 15 }),
        ratios,
        (of, shares) => {
          const all = candidates(of);
          const got = counts(stratifiedSplit(all, shares, 1), all);
          for (const split of splits)
            expect(Math.abs(got[split] - shares[split] * all.length)).toBeLessThan(1.5);
        },
      ),
    );
  });

  it('depends on the set and the seed alone, not on the order', () => {
    fc.assert(
      fc.property(sizes, ratios, fc.integer(), (of, shares, seed) => {
        const all = candidates(of);
        const shuffled = new Random(seed).shuffle([...all]);
        expect(stratifiedSplit(shuffled, shares, seed)).toEqual(stratifiedSplit(all, shares, seed));
      }),
    );
  });

  it('divides differently for another seed', () => {
    const all = candidates([50, 50]);
    expect(stratifiedSplit(all, defaultRatios, 1)).not.toEqual(stratifiedSplit(all, defaultRatios, 2));
  });

  it('never moves what has a split, and fills up around it', () => {
    const kept = candidates([100]).map((each, index) =>
      index < 50 ? { ...each, split: 'train' as const } : each,
    );
    const given = stratifiedSplit(kept, defaultRatios, 1);
    expect(given.size).toBe(50);
    expect(counts(given, kept)).toEqual({ train: 80, val: 10, test: 10 });
  });

  it('keeps the shares when pictures arrive one by one', () => {
    const arrived: SplitCandidate[] = [];
    for (let imageId = 1; imageId <= 50; imageId++) {
      const given = stratifiedSplit([...arrived, { imageId, classId: 1, split: null }], defaultRatios, 1);
      arrived.push({ imageId, classId: 1, split: given.get(imageId) ?? null });
    }
    expect(counts(new Map(), arrived)).toEqual({ train: 40, val: 5, test: 5 });
  });

  it('gives nothing for nothing', () => {
    expect(stratifiedSplit([], defaultRatios, 1).size).toBe(0);
  });
});
