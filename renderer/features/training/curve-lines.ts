import type { CurveRange, CurveStep, EpochMetric } from '../../../app/contract/index.ts';
import type { Line } from '../../charts/series.ts';
import type { CurvePoints } from './curve-points.ts';

/** What the x axis counts: optimiser steps, epochs, seconds of training, or the time of day. */
export type CurveAxis = CurveRange['axis'];

/** Where a point lies on an axis; nowhere by the time of day, where an older Tessera did not tell it. */
export const placeOf = (point: CurveStep | EpochMetric, axis: CurveAxis): number => point[axis] ?? NaN;

/** Axes that all points have a place on. */
export function knownAxes({ steps, epochs }: Pick<CurvePoints, 'steps' | 'epochs'>): CurveAxis[] {
  const hasClock = [...steps, ...epochs].every(({ at }) => at !== undefined);
  return hasClock ? ['step', 'epoch', 'time', 'at'] : ['step', 'epoch', 'time'];
}

interface Place {
  x: number;
  y: number;
  /** What `y` is the mean of lies between. */
  span?: readonly [low: number, high: number] | undefined;
}

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
    return y === null ? [] : [{ x: placeOf(point, axis), y }];
  });
  const trained: Place[] =
    steps.length > 0
      ? steps.map((point) => ({ x: placeOf(point, axis), y: point[measure], span: point.spans?.[measure] }))
      : epochs.map((point) => ({ x: placeOf(point, axis), y: point[trainOfEpoch] }));
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
  const told = steps.flatMap((point): Place[] => {
    const y = point[measure];
    const spans: Partial<Record<StepMeasure, Place['span']>> = point.spans ?? {};
    return y === undefined ? [] : [{ x: placeOf(point, axis), y, span: spans[measure] }];
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
    return y === null ? [] : [{ x: placeOf(point, axis), y }];
  });
  return judged.length === 0 ? [] : [line(run.id, run.name, run.color, false, 0, judged)];
}

function line(
  id: string,
  label: string,
  color: string,
  dashed: boolean,
  smoothing: number,
  places: readonly Place[],
): Line {
  const drawn = {
    id,
    label,
    color,
    dashed,
    smoothing,
    x: places.map(({ x }) => x),
    y: places.map(({ y }) => y),
  };
  if (!places.some(({ span }) => span)) return drawn;
  return {
    ...drawn,
    low: places.map(({ y, span }) => span?.[0] ?? y),
    high: places.map(({ y, span }) => span?.[1] ?? y),
  };
}

/** Where the best epoch lies on the x axis, or null when it is not known. */
export function bestEpochAt(
  { epochs }: CurvePoints,
  bestEpoch: number | null,
  axis: CurveAxis,
): number | null {
  const best = epochs.find((point) => point.epoch === bestEpoch);
  return best ? placeOf(best, axis) : null;
}
