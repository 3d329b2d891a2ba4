import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clampStretch, extent, moveStretch, scaleStretch } from '../../../renderer/charts/zoom-range.ts';

test('the whole goes from the first place of all lines to the last', () => {
  expect(extent([{ x: [2, 3] }, { x: [] }, { x: [1, 2.5] }])).toEqual([1, 3]);
  expect(extent([{ x: [2] }])).toBeNull();
  expect(extent([])).toBeNull();
});

test('zooming keeps the middle, and out of everything is all of it', () => {
  expect(scaleStretch(null, [0, 8], 0.5)).toEqual([2, 6]);
  expect(scaleStretch([2, 6], [0, 8], 2)).toBeNull();
  expect(scaleStretch([0, 2], [0, 8], 2)).toEqual([0, 4]);
});

test('a stretch is moved as far as there is something', () => {
  expect(moveStretch([2, 4], [0, 8], 0.5)).toEqual([3, 5]);
  expect(moveStretch([2, 4], [0, 8], 5)).toEqual([6, 8]);
  expect(moveStretch(null, [0, 8], 1)).toBeNull();
});

test('whatever is asked for lies within the whole and is no smaller than can be shown', () => {
  const place = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(place, place, (from, to) => {
      const range = clampStretch([Math.min(from, to), Math.max(from, to)], [0, 1000]);
      if (range === null) return Math.abs(to - from) >= 1000;
      return range[0] >= 0 && range[1] <= 1000.000001 && range[1] - range[0] >= 0.0999;
    }),
  );
});
