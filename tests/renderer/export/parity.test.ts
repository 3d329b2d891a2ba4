import { expect, test } from 'vitest';
import { agrees, differenceText } from '../../../renderer/features/export/parity.ts';

test('up to the tolerance it is the same model; more, or no number at all, is not', () => {
  const tolerance = 1e-4;
  const verdicts = (...differences: number[]) =>
    differences.map((maxAbsDiff) => agrees({ maxAbsDiff, tolerance }));
  expect(verdicts(0, 2.1e-6, 1e-4)).toEqual([true, true, true]);
  expect(verdicts(1.1e-4, 3, Infinity, NaN)).toEqual([false, false, false, false]);
});

test('differences are written short', () => {
  expect(differenceText(0.00000213)).toBe('2.1e−6');
  expect(differenceText(0)).toBe('0');
});
