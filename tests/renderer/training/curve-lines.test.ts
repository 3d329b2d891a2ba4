import { expect, test } from 'vitest';
import type { CurveStep, EpochMetric } from '../../../app/contract/index.ts';
import {
  bestEpochAt,
  curveLines,
  measureLines,
  validationLines,
} from '../../../renderer/features/training/curve-lines.ts';

const names = { train: 'train', val: 'validation' };
const step: CurveStep = {
  kind: 'step',
  seq: 0,
  step: 5,
  epoch: 0.5,
  time: 2,
  loss: 0.7,
  accuracy: 0.6,
  imagesPerSecond: 10,
  weight: 1,
};
const epoch: EpochMetric = {
  kind: 'epoch',
  seq: 1,
  step: 10,
  epoch: 1,
  time: 4,
  trainLoss: 0.6,
  trainAccuracy: 0.65,
  valLoss: 0.5,
  valAccuracy: 0.8,
  imagesPerSecond: 10,
};
const curves = { steps: [step], stride: 1, epochs: [epoch], lastSeq: 1 };

test('training by steps is smoothed and solid, validation by epochs is exact and dashed', () => {
  const [train, val] = curveLines('loss', curves, 'step', 0.6, names);
  expect(train).toMatchObject({ x: [5], y: [0.7], dashed: false, smoothing: 0.6 });
  expect(val).toMatchObject({ x: [10], y: [0.5], dashed: true, smoothing: 0 });
});

test('the axis can be epochs or seconds', () => {
  expect(curveLines('accuracy', curves, 'epoch', 0, names).map((line) => line.x)).toEqual([[0.5], [1]]);
  expect(curveLines('accuracy', curves, 'time', 0, names).map((line) => line.x)).toEqual([[2], [4]]);
});

test('without validation pictures there is one line', () => {
  const blind = { ...curves, epochs: [{ ...epoch, valLoss: null, valAccuracy: null }] };
  expect(curveLines('loss', blind, 'step', 0, names).map((line) => line.id)).toEqual(['train']);
});

test('where only epochs are known, training is drawn by them', () => {
  const [train] = curveLines('accuracy', { ...curves, steps: [] }, 'epoch', 0.9, names);
  expect(train).toMatchObject({ x: [1], y: [0.65], smoothing: 0 });
});

test('the best epoch is found on every axis', () => {
  expect(bestEpochAt(curves, 1, 'time')).toBe(4);
  expect(bestEpochAt(curves, 7, 'time')).toBeNull();
  expect(bestEpochAt(curves, null, 'time')).toBeNull();
});

test('a measure has the steps that told it, and no line where none did', () => {
  const told = { ...step, step: 9, learningRate: 0.01 };
  const [rate] = measureLines('learningRate', { ...curves, steps: [step, told] }, 'step', 0, 'rate');
  expect(rate).toMatchObject({ x: [9], y: [0.01] });
  expect(measureLines('memory', curves, 'step', 0, 'memory')).toEqual([]);
});

test('a run among others shows its validation alone, by its own name and colour', () => {
  const run = { id: 'a', name: 'calm-heron-1', color: '--run-3' };
  const [val] = validationLines('accuracy', curves, 'step', run);
  expect(val).toMatchObject({ id: 'a', label: 'calm-heron-1', color: '--run-3', x: [10], y: [0.8] });
  const blind = { ...curves, epochs: [{ ...epoch, valLoss: null, valAccuracy: null }] };
  expect(validationLines('loss', blind, 'step', run)).toEqual([]);
});
