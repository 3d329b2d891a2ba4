import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancedOrder, batchesOf, epochOrder, stepsPerEpoch } from '../../../app/core/training/batches.ts';
import { isBetter, type EpochScore } from '../../../app/core/training/best.ts';

describe('the order of an epoch', () => {
  it('is the same on every machine for a seed and an epoch', () => {
    // Written down once: another order would make resumed runs end otherwise than those of an older Tessera.
    expect(epochOrder(10, 1, 0)).toEqual([2, 6, 0, 4, 8, 1, 9, 5, 3, 7]);
    expect(epochOrder(10, 1, 1)).toEqual([6, 4, 7, 5, 2, 0, 9, 3, 1, 8]);
  });

  it('has every place once, whatever the seed and the epoch', () => {
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.nat(10_000),
        (count, seed, epoch) => {
          const inOrder = epochOrder(count, seed, epoch).toSorted((a, b) => a - b);
          expect(inOrder).toEqual(Array.from({ length: count }, (_, place) => place));
        },
      ),
    );
  });

  it('is another one for every seed and every epoch', () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 30; seed++) {
      for (let epoch = 0; epoch < 30; epoch++) orders.add(epochOrder(50, seed, epoch).join());
    }
    expect(orders.size).toBe(900);
  });
});

describe('batches', () => {
  it('follow the order, and the last one is as small as it must be', () => {
    expect([...batchesOf([5, 3, 1, 4, 2], 2)]).toEqual([[5, 3], [1, 4], [2]]);
    expect([...batchesOf([1, 2], 64)]).toEqual([[1, 2]]);
    expect([...batchesOf([], 64)]).toEqual([]);
  });

  it('are as many as an epoch has steps', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 70 }), (count, batchSize) => {
        const places = Array.from({ length: count }, (_, place) => place);
        const batches = [...batchesOf(places, batchSize)];
        expect(batches.flat()).toEqual(places);
        expect(batches).toHaveLength(stepsPerEpoch(count, batchSize));
      }),
    );
  });
});

describe('the best epoch', () => {
  const score = (epoch: number, valAccuracy: number | null, valLoss: number | null = null): EpochScore => ({
    epoch,
    valAccuracy,
    valLoss,
  });

  it.each([
    ['the first one', score(1, 0.1), null, true],
    ['a greater accuracy, though the loss grew', score(2, 0.9, 2), score(1, 0.8, 1), true],
    ['a smaller accuracy is not', score(2, 0.7, 0.1), score(1, 0.8, 1), false],
    ['between equals the smaller loss', score(2, 0.8, 0.9), score(1, 0.8, 1), true],
    ['between equals with the same loss the earlier one', score(2, 0.8, 1), score(1, 0.8, 1), false],
    ['without validation pictures the latest', score(2, null), score(1, null), true],
  ])('is %s', (_, next, best, expected) => {
    expect(isBetter(next, best)).toBe(expected);
  });
});

describe('a balanced order', () => {
  const classOf = Array.from({ length: 103 }, (_, at) => (at < 90 ? 0 : at < 100 ? 1 : 2));

  it('takes every class equally often, up to one', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(50), (seed, epoch) => {
        const order = balancedOrder(classOf, seed, epoch);
        expect(order).toHaveLength(103);
        const counts = [0, 1, 2].map((index) => order.filter((place) => classOf[place] === index).length);
        for (const count of counts) expect(Math.abs(count - 103 / 3)).toBeLessThan(1);
        expect(balancedOrder(classOf, seed, epoch)).toEqual(order);
      }),
    );
  });

  it('repeats a picture only when all of its class have come as often', () => {
    const order = balancedOrder(classOf, 3, 0);
    const times = (place: number) => order.filter((each) => each === place).length;
    for (const index of [0, 1, 2]) {
      const own = classOf.flatMap((each, place) => (each === index ? [times(place)] : []));
      expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(1);
    }
  });

  it('comes to every picture of a large class over some epochs', () => {
    const seen = new Set(Array.from({ length: 20 }, (_, epoch) => balancedOrder(classOf, 5, epoch)).flat());
    expect(seen.size).toBe(103);
  });
});
