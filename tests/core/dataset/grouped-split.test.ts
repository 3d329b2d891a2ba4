import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Split } from '../../../app/contract/index.ts';
import { burstPairs } from '../../../app/core/dataset/bursts.ts';
import { groupedSplit, type GroupedCandidate } from '../../../app/core/dataset/grouped-split.ts';
import { stratifiedSplit } from '../../../app/core/dataset/stratified-split.ts';

const ratios = { train: 0.8, val: 0.1, test: 0.1 };
const candidates = fc
  .array(
    fc.record({
      classId: fc.integer({ min: 1, max: 3 }),
      group: fc.option(fc.integer({ min: 1, max: 8 }), { nil: null }),
      split: fc.option(fc.constantFrom<Split>('train', 'val', 'test'), { nil: null, freq: 9 }),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((rows) => rows.map((row, at): GroupedCandidate => ({ ...row, imageId: at + 1 })));

describe('a split that keeps groups together', () => {
  it('never tears a group apart that is at most a fifth of its classes, and places every picture', () => {
    fc.assert(
      fc.property(candidates, fc.nat(), (all, seed) => {
        const result = groupedSplit(all, ratios, seed);
        expect([...result.keys()].toSorted((a, b) => a - b)).toEqual(
          all.filter(({ split }) => split === null).map(({ imageId }) => imageId),
        );
        for (const [group, members] of Map.groupBy(all, (each) => each.group)) {
          const classes = new Set(members.map(({ classId }) => classId));
          const ofClasses = all.filter(({ classId }) => classes.has(classId)).length;
          const isFree = members.every(({ split }) => split === null);
          if (group === null || !isFree || members.length > Math.max(2, ofClasses * 0.2)) continue;
          expect(new Set(members.map(({ imageId }) => result.get(imageId))).size).toBe(1);
        }
      }),
    );
  });

  it('is the stratified split where nothing belongs together, whatever the order', () => {
    fc.assert(
      fc.property(candidates, fc.nat(), (all, seed) => {
        const loose = all.map((each) => ({ ...each, group: null }));
        const sorted = (map: Map<number, Split>) => [...map].toSorted(([a], [b]) => a - b);
        expect(sorted(groupedSplit(loose, ratios, seed))).toEqual(
          sorted(stratifiedSplit(loose, ratios, seed)),
        );
        expect(sorted(groupedSplit(all.toReversed(), ratios, seed))).toEqual(
          sorted(groupedSplit(all, ratios, seed)),
        );
      }),
    );
  });

  it('leaves no split empty where all pictures of every class are nearly the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20, max: 90 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (sizes, seed) => {
          const all = sizes.flatMap((size, at) =>
            Array.from({ length: size }, (_, place): GroupedCandidate => ({
              imageId: 100 * at + place,
              classId: at,
              group: 1,
              split: null,
            })),
          );
          const counts = Map.groupBy(groupedSplit(all, ratios, seed).values(), (split) => split);
          expect([...counts.keys()].toSorted()).toEqual(['test', 'train', 'val']);
          expect(counts.get('train')?.length).toBeGreaterThan(0.6 * all.length);
        },
      ),
    );
  });

  it('gives two classes of five large groups each something to validate and to test with', () => {
    const all = Array.from({ length: 150 }, (_, at): GroupedCandidate => ({
      imageId: at,
      classId: at < 75 ? 1 : 2,
      group: Math.floor(at / 15),
      split: null,
    }));
    const counts = Map.groupBy(groupedSplit(all, ratios, 1).values(), (split) => split);
    expect(counts.get('train')).toHaveLength(120);
    expect(counts.get('val')).toHaveLength(15);
    expect(counts.get('test')).toHaveLength(15);
  });

  it('follows the pictures of a group that have their split', () => {
    const all: GroupedCandidate[] = Array.from({ length: 40 }, (_, at) => ({
      imageId: at + 1,
      classId: 1,
      group: at < 3 ? 7 : null,
      split: at === 2 ? 'test' : null,
    }));
    const result = groupedSplit(all, ratios, 1);
    expect([result.get(1), result.get(2)]).toEqual(['test', 'test']);
  });

  it('meets the shares nearly, with pairs everywhere', () => {
    const all: GroupedCandidate[] = Array.from({ length: 400 }, (_, at) => ({
      imageId: at + 1,
      classId: (Math.floor(at / 2) % 2) + 1,
      group: Math.floor(at / 2),
      split: null,
    }));
    const counts = Map.groupBy(groupedSplit(all, ratios, 3).values(), (split) => split);
    expect(counts.get('val')?.length).toBe(40);
    expect(counts.get('test')?.length).toBe(40);
  });
});

describe('bursts', () => {
  const shot = (id: number, name: string, takenAt: number | null = null) => ({ id, name, takenAt });

  it('are told by the time in the file, in one folder', () => {
    const shots = [shot(1, 'a/x.jpg', 10_000), shot(2, 'a/y.jpg', 11_500), shot(3, 'a/z.jpg', 20_000)];
    expect(burstPairs([...shots, shot(4, 'b/x.jpg', 10_500)])).toEqual([[1, 2]]);
  });

  it('are told by the time in the name, and by the word', () => {
    expect(burstPairs([shot(1, 'IMG_20261125_143059.jpg'), shot(2, 'IMG_20261125_143100_1.jpg')])).toEqual([
      [1, 2],
    ]);
    expect(burstPairs([shot(1, 'IMG_0012_BURST001.jpg'), shot(2, 'IMG_0012_BURST002.jpg')])).toEqual([
      [1, 2],
    ]);
    expect(burstPairs([shot(1, 'IMG_0012.jpg'), shot(2, 'IMG_0013.jpg')])).toEqual([]);
    expect(burstPairs([shot(1, '20269925_143059.jpg'), shot(2, '20269925_143059b.jpg')])).toEqual([]);
  });
});
