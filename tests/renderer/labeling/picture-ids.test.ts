import { expect, test } from 'vitest';
import { inRanges, joined, nextOf, without } from '../../../renderer/features/labeling/picture-ids.ts';

test('the next wanted one comes after, or from the top again', () => {
  expect(nextOf([4, 5, 6, 7], [5, 7], 1)).toBe(3);
  expect(nextOf([4, 5, 6, 7], [5, 7], 3)).toBe(1);
  expect(nextOf([4, 5, 6, 7], [9], 0)).toBeNull();
  expect(nextOf([], [9], 0)).toBeNull();
});

test('lists are joined by age and thinned', () => {
  expect(joined([10, 2], [3, 2])).toEqual([2, 3, 10]);
  expect(without([1, 2, 3], [2, 9])).toEqual([1, 3]);
});

test('ranges overlap, begin before the list, and end at the limit', () => {
  const ids = [10, 11, 12, 13, 14];
  expect(
    inRanges(
      ids,
      [
        { first: -5, end: 2 },
        { first: 1, end: 4 },
      ],
      10,
    ),
  ).toEqual([10, 11, 12, 13]);
  expect(inRanges(ids, [{ first: -5, end: -1 }], 10)).toEqual([]);
  expect(inRanges(ids, [{ first: 0, end: 99 }], 3)).toEqual([10, 11, 12]);
});
