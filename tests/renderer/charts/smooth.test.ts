import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smooth } from '../../../renderer/charts/smooth.ts';

test('follows s·w + x·(1 − w) from the first value', () => {
  expect(smooth([4, 0, 2], 0.5)).toEqual([4, 2, 2]);
  expect(smooth([1, 2, 3], 0)).toEqual([1, 2, 3]);
});

test('a value that is not finite stays where it is and leaves the average alone', () => {
  expect(smooth([1, NaN, 3], 0.5)).toEqual([1, NaN, 2]);
  expect(smooth([Infinity, 2], 0.9)).toEqual([Infinity, 2]);
});

test('never leaves the range of the values', () => {
  const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (x, w) => {
      const smoothed = smooth(x, w);
      const slack = 1e-6;
      expect(Math.min(...smoothed)).toBeGreaterThanOrEqual(Math.min(...x) - slack);
      expect(Math.max(...smoothed)).toBeLessThanOrEqual(Math.max(...x) + slack);
    }),
  );
});
