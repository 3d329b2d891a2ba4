import type { Line } from '../../charts/series.ts';
import type { CurvePoints } from './curve-points.ts';

/** What the x axis counts: optimiser steps, epochs, or seconds of training. */
export type CurveAxis = 'step' | 'epoch' | 'time';

interface LineNames {
  train: string;
  val: string;
}

/**
 * The lines of the loss chart or the accuracy chart: training step by step and smoothed, validation epoch by epoch
 * and exact. Before the first step is announced, or where only epochs were kept, training is drawn by epochs.
 */
export function curveLines(
  measure: 'loss' | 'accuracy',
  { steps, epochs }: CurvePoints,
  axis: CurveAxis,
  smoothing: number,
  names: LineNames,
): Line[] {
  const trainOfEpoch = measure === 'loss' ? 'trainLoss' : 'trainAccuracy';
  const valOfEpoch = measure === 'loss' ? 'valLoss' : 'valAccuracy';
  const judged = epochs.flatMap((point) => {
    const y = point[valOfEpoch];
    return y === null ? [] : [{ x: point[axis], y }];
  });
  const trained =
    steps.length > 0
      ? steps.map((point) => ({ x: point[axis], y: point[measure] }))
      : epochs.map((point) => ({ x: point[axis], y: point[trainOfEpoch] }));
  return [
    line('train', names.train, '--chart-train', false, steps.length > 0 ? smoothing : 0, trained),
    line('val', names.val, '--chart-val', true, 0, judged),
  ].filter((drawn) => drawn.x.length > 0);
}

/** What a step tells beside loss and accuracy. */
export type StepMeasure = 'learningRate' | 'gradientNorm' | 'imagesPerSecond' | 'memory';
export const stepMeasures: readonly StepMeasure[] = [
  'learningRate',
  'gradientNorm',
  'imagesPerSecond',
  'memory',
];

/** A measure step by step; none where the run did not tell it. */
export function measureLines(
  measure: StepMeasure,
  { steps }: CurvePoints,
  axis: CurveAxis,
  smoothing: number,
  label: string,
): Line[] {
  const told = steps.flatMap((point) => {
    const y = point[measure];
    return y === undefined ? [] : [{ x: point[axis], y }];
  });
  return told.length === 0 ? [] : [line(measure, label, '--chart-train', false, smoothing, told)];
}

/** The validation of one of several runs; none where it has not been validated. */
export function validationLines(
  measure: 'loss' | 'accuracy',
  { epochs }: CurvePoints,
  axis: CurveAxis,
  run: { id: string; name: string; color: string },
): Line[] {
  const judged = epochs.flatMap((point) => {
    const y = measure === 'loss' ? point.valLoss : point.valAccuracy;
    return y === null ? [] : [{ x: point[axis], y }];
  });
  return judged.length === 0 ? [] : [line(run.id, run.name, run.color, false, 0, judged)];
}

function line(
  id: string,
  label: string,
  color: string,
  dashed: boolean,
  smoothing: number,
  points: readonly { x: number; y: number }[],
): Line {
  return { id, label, color, dashed, smoothing, x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
}

/** Where the best epoch lies on the x axis, or null when it is not known. */
export function bestEpochAt(
  { epochs }: CurvePoints,
  bestEpoch: number | null,
  axis: CurveAxis,
): number | null {
  const best = epochs.find((point) => point.epoch === bestEpoch);
  return best ? best[axis] : null;
}
