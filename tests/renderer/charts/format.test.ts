import { expect, test } from 'vitest';
import { compactNumber, duration, percent, threeDigits } from '../../../renderer/charts/format.ts';

test('counts keep three digits at most and take a metric prefix', () => {
  const counts = [0, 832, 999, 1000, 18_496, 99_990, 421_642, 999_600, 3_600_000_000];
  expect(counts.map(compactNumber)).toEqual([
    '0',
    '832',
    '999',
    '1.0 k',
    '18.5 k',
    '100 k',
    '422 k',
    '1.0 M',
    '3.6 G',
  ]);
});

test('shares are percentages, unknown ones a dash', () => {
  expect([0, 0.98349, 1, null, NaN].map(percent)).toEqual(['0.0 %', '98.3 %', '100.0 %', '–', '–']);
});

test('times read as on a clock', () => {
  expect([0, 7.4, 59.6, 750, 3723, null].map(duration)).toEqual([
    '0:00',
    '0:07',
    '1:00',
    '12:30',
    '1:02:03',
    '–',
  ]);
});

test('numbers of any size stay short', () => {
  expect([0, 0.30151, 2.30258, 123.4, 0.00012, 12_345, Infinity].map(threeDigits)).toEqual([
    '0',
    '0.302',
    '2.30',
    '123',
    '1.2e-4',
    '1.2e+4',
    '–',
  ]);
});
