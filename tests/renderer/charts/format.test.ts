import { expect, test } from 'vitest';
import { compactNumber } from '../../../renderer/charts/format.ts';

test('counts keep three digits at most and take a metric prefix', () => {
  expect([0, 832, 999, 1000, 18_496, 99_990, 421_642, 999_600, 3_600_000_000].map(compactNumber)).toEqual([
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
