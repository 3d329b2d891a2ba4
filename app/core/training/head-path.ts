import { isBetter, type EpochScore } from './best.ts';
import {
  fitHead,
  scoreHead,
  type DenseHead,
  type HeadScore,
  type LabeledFeatures,
  type Multiply,
} from './dense-head.ts';

/** Strengths of the regularisation that are tried, strongest first: each begins where the one before ended. */
export const headStrengths = [3, 1, 0.3, 0.1, 0.03, 0.01, 0.003] as const;
/** Every so manieth training picture is set apart where there is no validation picture. */
const fold = 5;

export interface FittedHead {
  /** For features as they come, not standardised. */
  head: DenseHead;
  train: HeadScore;
  /** null where there are no validation pictures. */
  validation: HeadScore | null;
}

export interface HeadPath {
  /** One for each of `headStrengths`. */
  fitted: FittedHead[];
  best: number;
}

/**
 * A head for each strength, and the one that does best on the validation pictures. Where there are none, a fifth of the
 * training pictures chooses, and the heads are those of all. `tried` is called after each strength.
 */
export function fitHeads(
  train: LabeledFeatures,
  validation: LabeledFeatures,
  classes: number,
  multiply: Multiply,
  tried: (count: number) => void,
): HeadPath {
  const scale = columnScale(train);
  const standard = { ...train, features: standardised(train.features, scale) };
  const judge = { ...validation, features: standardised(validation.features, scale) };
  const hasValidation = judge.labels.length > 0;
  const chosen = hasValidation ? null : chosenByFold(standard, classes, multiply);
  const fitted: FittedHead[] = [];
  let head: DenseHead | undefined;
  let best: EpochScore | null = null;
  headStrengths.forEach((strength, place) => {
    head = fitHead(standard, classes, strength, multiply, head);
    const score = hasValidation ? scoreHead(head, judge, multiply) : null;
    fitted.push({
      head: onRawFeatures(head, scale),
      train: scoreHead(head, standard, multiply),
      validation: score,
    });
    if (score !== null) best = betterOf(best, place + 1, score);
    tried(place + 1);
  });
  return { fitted, best: chosen ?? (best as EpochScore | null)?.epoch ?? headStrengths.length };
}

/** Place + 1 of the strength that is best for training pictures that were set apart. */
function chosenByFold(data: LabeledFeatures, classes: number, multiply: Multiply): number {
  const apart = rowsWhere(data, (row) => row % fold === 0);
  const rest = rowsWhere(data, (row) => row % fold !== 0);
  let head: DenseHead | undefined;
  let best: EpochScore | null = null;
  headStrengths.forEach((strength, place) => {
    head = fitHead(rest, classes, strength, multiply, head);
    best = betterOf(best, place + 1, scoreHead(head, apart, multiply));
  });
  return (best as EpochScore | null)?.epoch ?? 1;
}

function betterOf(best: EpochScore | null, epoch: number, { loss, accuracy }: HeadScore): EpochScore {
  const next = { epoch, valAccuracy: accuracy, valLoss: loss };
  return best === null || isBetter(next, best) ? next : best;
}

interface ColumnScale {
  mean: Float64Array;
  /** Standard deviation; 1 for a column that never changes. */
  spread: Float64Array;
}

function columnScale({ features: { data, rows, columns } }: LabeledFeatures): ColumnScale {
  const mean = new Float64Array(columns);
  const spread = new Float64Array(columns);
  const sumInto = (sums: Float64Array, of: (value: number, column: number) => number): void => {
    data.forEach((value, at) => {
      const column = at % columns;
      sums[column] = (sums[column] ?? 0) + of(value, column) / rows;
    });
  };
  sumInto(mean, (value) => value);
  sumInto(spread, (value, column) => (value - (mean[column] ?? 0)) ** 2);
  return { mean, spread: spread.map((variance) => (variance > 1e-12 ? Math.sqrt(variance) : 1)) };
}

function standardised(
  { data, rows, columns }: LabeledFeatures['features'],
  { mean, spread }: ColumnScale,
): LabeledFeatures['features'] {
  const scaled = data.map((value, at) => {
    const column = at % columns;
    return (value - (mean[column] ?? 0)) / (spread[column] ?? 1);
  });
  return { data: scaled, rows, columns };
}

/** The same logits from features that are not standardised. */
function onRawFeatures({ weights, bias }: DenseHead, { mean, spread }: ColumnScale): DenseHead {
  const { columns } = weights;
  const data = weights.data.map((weight, at) => weight / (spread[at % columns] ?? 1));
  const shifted = bias.map((value, place) => {
    const row = data.subarray(place * columns, (place + 1) * columns);
    return value - row.reduce((sum, weight, column) => sum + weight * (mean[column] ?? 0), 0);
  });
  return { weights: { ...weights, data }, bias: shifted };
}

/** These rows alone. */
export function rowsWhere(
  { features, labels }: LabeledFeatures,
  isIn: (row: number) => boolean,
): LabeledFeatures {
  const kept = Array.from(labels.keys()).filter(isIn);
  const { columns } = features;
  const data = new Float32Array(kept.length * columns);
  kept.forEach((row, place) => {
    data.set(features.data.subarray(row * columns, (row + 1) * columns), place * columns);
  });
  return {
    features: { data, rows: kept.length, columns },
    labels: Int32Array.from(kept, (row) => labels[row] ?? 0),
  };
}
