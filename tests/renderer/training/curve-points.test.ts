import { expect, test } from 'vitest';
import type { EpochMetric, StepMetric } from '../../../app/contract/index.ts';
import { addPoints, noPoints } from '../../../renderer/features/training/curve-points.ts';

const step = (seq: number, at: number, loss = 1): StepMetric => ({
  kind: 'step',
  seq,
  step: at,
  epoch: at / 10,
  time: at,
  loss,
  accuracy: 0.5,
  imagesPerSecond: 100,
});
const epoch = (seq: number, at: number): EpochMetric => ({
  kind: 'epoch',
  seq,
  step: at,
  epoch: at / 10,
  time: at,
  trainLoss: 1,
  trainAccuracy: 0.5,
  valLoss: 1,
  valAccuracy: 0.5,
  imagesPerSecond: 100,
});

test('points are added in order', () => {
  const history = addPoints(noPoints, [step(0, 5), step(1, 10), epoch(2, 10)], 100);
  const tailed = addPoints(history, [step(3, 15)], 100);
  expect(tailed.steps.map((point) => point.step)).toEqual([5, 10, 15]);
  expect(tailed.epochs).toHaveLength(1);
  expect(tailed.lastSeq).toBe(3);
});

test('a tail that repeats the end of history changes nothing', () => {
  const history = addPoints(noPoints, [step(0, 5), step(1, 10), epoch(2, 10)], 100);
  expect(addPoints(history, [step(1, 10), epoch(2, 10)], 100)).toEqual(history);
});

test('nothing new leaves the very same curves, so nothing is repainted', () => {
  const curves = addPoints(noPoints, [step(0, 5)], 100);
  expect(addPoints(curves, [], 100)).toBe(curves);
});

test('steps trained again after a resume take the place of the lost ones', () => {
  const before = addPoints(noPoints, [step(0, 5), step(1, 10), epoch(2, 10), step(3, 15), epoch(4, 20)], 100);
  const resumed = addPoints(before, [step(3, 15, 7)], 100);
  expect(resumed.steps.map((point) => point.step)).toEqual([5, 10, 15]);
  expect(resumed.steps.at(-1)?.loss).toBe(7);
  expect(resumed.epochs.map((point) => point.step)).toEqual([10]);
  expect(resumed.lastSeq).toBe(3);
});

test('beyond the capacity neighbours are averaged: bounded, from the first step to the last', () => {
  let curves = noPoints;
  for (let index = 0; index < 1000; index += 1) curves = addPoints(curves, [step(index, index, index)], 64);
  expect(curves.steps.length).toBeLessThanOrEqual(64);
  expect(curves.steps.at(-1)?.step).toBe(999);
  const whole = curves.steps.reduce((total, point) => total + point.weight, 0);
  expect(whole).toBe(1000);
  const weights = curves.steps.slice(0, -1).map((point) => point.weight);
  expect(new Set(weights)).toEqual(new Set([curves.stride]));
  expect(curves.steps[0]?.loss).toBe((curves.stride - 1) / 2);
  expect(curves.steps[0]?.spans?.loss).toEqual([0, curves.stride - 1]);
});
