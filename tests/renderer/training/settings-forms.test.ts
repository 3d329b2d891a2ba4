import { expect, test } from 'vitest';
import { augmentation, augmentationPresets, schedule } from '../../../app/contract/index.ts';
import { presetOf, strengthLimits, withStrength } from '../../../renderer/features/training/augment-form.ts';
import { checkpointBytes } from '../../../renderer/features/training/course-form.ts';
import { rateCurve } from '../../../renderer/features/training/rate-curve.ts';
import { beginSchedule } from '../../../renderer/features/training/schedule-form.ts';

test('every strength of an augmentation has a field, up to the greatest that is taken', () => {
  expect(strengthLimits.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(augmentation.shape).toSorted(),
  );
  for (const { name, most } of strengthLimits) {
    expect(augmentation.safeParse({ [name]: most }).success, name).toBe(true);
    expect(augmentation.safeParse({ [name]: most + 0.01 }).success, name).toBe(false);
  }
});

test('a preset is recognised, whatever the order and the zeros, and a changed one is not', () => {
  expect(presetOf({})).toBe('none');
  expect(presetOf({ crop: 0.125, flip: 0.5, blur: 0 })).toBe('light');
  const own = withStrength(augmentationPresets.light, 'blur', 1);
  expect(presetOf(own)).toBeNull();
  expect(withStrength(own, 'blur', 0)).toEqual(augmentationPresets.light);
});

test('every kind of schedule begins as one that is taken', () => {
  for (const kind of ['constant', 'step', 'cosine', 'oneCycle', 'plateau'] as const) {
    expect(schedule.parse(beginSchedule(kind)).kind).toBe(kind);
  }
});

test('the curve of a search has its rates by their logarithm and its least loss at the bottom', () => {
  const points = [0.001, 0.01, 0.1].map((rate, at) => ({ rate, loss: 0, smoothed: [2, 1, 3][at] ?? 0 }));
  const curve = rateCurve([...points, { rate: 1, loss: NaN, smoothed: NaN }]);
  expect(curve.map(({ x }) => Math.round(x))).toEqual([0, 50, 100]);
  expect(curve.map(({ y }) => y)).toEqual([50, 100, 0]);
  expect(rateCurve([])).toEqual([]);
});

test('checkpoints: three, and one of every k-th epoch, each with what the optimiser keeps', () => {
  const settings = { optimizer: 'adam', epochs: 10, keepEvery: 3 } as Parameters<typeof checkpointBytes>[1];
  expect(checkpointBytes(1000, settings)).toBe(1000 * 4 * 3 * 6);
});
