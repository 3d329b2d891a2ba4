import { expect, test } from 'vitest';
import { sparklinePath } from '../../../renderer/charts/sparkline.ts';

test('spreads the values over the box, the greatest at the top', () => {
  expect(sparklinePath([0, 1, 0.5], 100, 20)).toBe('M0.0 20.0L50.0 0.0L100.0 10.0');
});

test('equal values and a single one are a level line in the middle; none is nothing', () => {
  expect(sparklinePath([3, 3], 10, 8)).toBe('M0.0 4.0L10.0 4.0');
  expect(sparklinePath([3], 10, 8)).toBe('M0.0 4.0L10.0 4.0');
  expect(sparklinePath([], 10, 8)).toBe('');
  expect(sparklinePath([NaN], 10, 8)).toBe('');
});
