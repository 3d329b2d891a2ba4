import { expect, test } from 'vitest';
import { agrees, differenceText } from '../../../renderer/features/export/parity.ts';

test('up to 1e-4 is the same model; more, or no number at all, is not', () => {
  expect([0, 2.1e-6, 1e-4].map(agrees)).toEqual([true, true, true]);
  expect([1.1e-4, 3, Infinity, NaN].map(agrees)).toEqual([false, false, false, false]);
});

test('differences are written short', () => {
  expect(differenceText(0.00000213)).toBe('2.1e−6');
  expect(differenceText(0)).toBe('0');
});
