import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignLines, nearestIndex, tabulate, valueNear } from '../../../renderer/charts/series.ts';

test('lines measured at different places share one x, with gaps where a line has no value', () => {
  const train = { x: [1, 2, 4], y: [0.9, 0.5, 0.3] };
  const val = { x: [2, 5], y: [0.6, 0.4] };
  expect(alignLines([train, val])).toEqual([
    [1, 2, 4, 5],
    [0.9, 0.5, 0.3, null],
    [null, 0.6, null, 0.4],
  ]);
});

test('every value stands in the row of its place, whatever the lines share', () => {
  const places = fc
    .uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 })
    .map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(fc.array(places, { maxLength: 4 }), fc.boolean(), (all, twice) => {
      const lines = (twice ? [...all, ...all] : all).map((x, line) => ({
        x,
        y: x.map((place) => 100 * line + place),
      }));
      const [x, ...columns] = alignLines(lines);
      expect(x).toEqual([...new Set(all.flat())].sort((a, b) => a - b));
      columns.forEach((column, line) => {
        const own = lines[line]?.x ?? [];
        expect(column).toEqual(x.map((place) => (own.includes(place) ? 100 * line + place : null)));
      });
    }),
  );
});

test('a clock that was set back, or is not known, takes nothing away', () => {
  expect(alignLines([{ x: [3, NaN, 1, 2], y: [30, 0, 10, 20] }])).toEqual([
    [1, 2, 3],
    [10, 20, 30],
  ]);
});

test('what is not finite becomes a gap', () => {
  expect(alignLines([{ x: [1, 2], y: [Infinity, 1] }])).toEqual([
    [1, 2],
    [null, 1],
  ]);
});

test('no lines give one empty column', () => {
  expect(alignLines([])).toEqual([[]]);
});

test('the nearest entry is found at the ends, between, and in nothing', () => {
  expect(nearestIndex([1, 4, 9], -3)).toBe(0);
  expect(nearestIndex([1, 4, 9], 2)).toBe(0);
  expect(nearestIndex([1, 4, 9], 3)).toBe(1);
  expect(nearestIndex([1, 4, 9], 4)).toBe(1);
  expect(nearestIndex([1, 4, 9], 90)).toBe(2);
  expect(nearestIndex([], 1)).toBe(-1);
  expect(valueNear({ x: [], y: [] }, 1)).toBeNull();
});

test('the table has the places of the sparsest line, thinned, and always the last one', () => {
  const train = { x: [0, 1, 2, 3, 4, 5, 6], y: [7, 6, 5, 4, 3, 2, 1] };
  const val = { x: [2, 4, 6], y: [0.5, 0.4, 0.3] };
  expect(tabulate([train, val], 2)).toEqual([
    { x: 2, values: [5, 0.5] },
    { x: 6, values: [1, 0.3] },
  ]);
  expect(tabulate([train, { x: [], y: [] }], 100)).toHaveLength(7);
  expect(tabulate([], 10)).toEqual([]);
});
