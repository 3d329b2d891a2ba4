import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilsonInterval } from '../../../renderer/features/evaluation/wilson.ts';

test('agrees with published values', () => {
  // Newcombe 1998, table I, method 3 (score): 81/263, 15/148, 0/20, 1/29.
  const rounded = (successes: number, trials: number): number[] => {
    const { low, high } = wilsonInterval(successes, trials);
    return [Number(low.toFixed(4)), Number(high.toFixed(4))];
  };
  expect(rounded(81, 263)).toEqual([0.2553, 0.3662]);
  expect(rounded(15, 148)).toEqual([0.0624, 0.1605]);
  expect(rounded(0, 20)).toEqual([0, 0.1611]);
  expect(rounded(1, 29)).toEqual([0.0061, 0.1718]);
});

test('no pictures say nothing', () => {
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
});

test('always holds the share, inside 0…1, and narrows with more pictures', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 5000 }), (trials, drawn) => {
      const successes = Math.min(trials, drawn);
      const { low, high } = wilsonInterval(successes, trials);
      expect(low).toBeLessThanOrEqual(successes / trials + 1e-12);
      expect(high).toBeGreaterThanOrEqual(successes / trials - 1e-12);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      const more = wilsonInterval(successes * 10, trials * 10);
      expect(more.high - more.low).toBeLessThan(high - low);
    }),
  );
});
