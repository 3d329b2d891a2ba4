import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fitHead,
  scoreHead,
  type DenseHead,
  type LabeledFeatures,
  type Matrix,
  type Multiply,
} from '../../../app/core/training/dense-head.ts';
import { fitHeads, headStrengths } from '../../../app/core/training/head-path.ts';
import { Random } from '../../../app/core/dataset/random.ts';

/** By the definition. */
const multiply: Multiply = (a, b, transposed = {}) => {
  const left = (row: number, k: number): number =>
    (transposed.a === true ? a.data[k * a.columns + row] : a.data[row * a.columns + k]) ?? 0;
  const right = (k: number, column: number): number =>
    (transposed.b === true ? b.data[column * b.columns + k] : b.data[k * b.columns + column]) ?? 0;
  const rows = transposed.a === true ? a.columns : a.rows;
  const inner = transposed.a === true ? a.rows : a.columns;
  const columns = transposed.b === true ? b.rows : b.columns;
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      for (let k = 0; k < inner; k += 1) sum += left(row, k) * right(k, column);
      data[row * columns + column] = sum;
    }
  }
  return { data, rows, columns };
};

const matrix = (rows: number, columns: number, of: (row: number, column: number) => number): Matrix => ({
  data: Float32Array.from({ length: rows * columns }, (_, at) => of(Math.floor(at / columns), at % columns)),
  rows,
  columns,
});

/** Classes around centres of their own, in noise. */
function clouds(
  seed: number,
  rows: number,
  columns: number,
  classes: number,
  noise: number,
): LabeledFeatures {
  const random = new Random(seed);
  const normal = (): number => {
    let sum = 0;
    for (let i = 0; i < 12; i += 1) sum += random.float();
    return sum - 6;
  };
  const labels = Int32Array.from({ length: rows }, (_, row) => row % classes);
  const features = matrix(rows, columns, (row, column) => {
    return (column % classes === row % classes ? 1 : 0) + noise * normal();
  });
  return { features, labels };
}

/** Mean cross-entropy + strength / 2 · ‖weights‖², in float64. */
function objective(
  { weights, bias }: DenseHead,
  { features, labels }: LabeledFeatures,
  strength: number,
): number {
  let loss = 0;
  for (let row = 0; row < features.rows; row += 1) {
    const logits = Array.from(bias, (start, place) => {
      let sum = start;
      for (let k = 0; k < features.columns; k += 1) {
        sum +=
          (features.data[row * features.columns + k] ?? 0) * (weights.data[place * weights.columns + k] ?? 0);
      }
      return sum;
    });
    loss +=
      Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (logits[labels[row] ?? 0] ?? 0);
  }
  return loss / features.rows + (strength / 2) * weights.data.reduce((sum, weight) => sum + weight ** 2, 0);
}

/** Length of the objective's gradient at the head of zeros, where every class is as likely. */
function firstGradient({ features, labels }: LabeledFeatures, classes: number): number {
  const gradient = new Float64Array(classes * (features.columns + 1));
  for (let row = 0; row < features.rows; row += 1) {
    for (let place = 0; place < classes; place += 1) {
      const error = (1 / classes - (place === labels[row] ? 1 : 0)) / features.rows;
      for (let k = 0; k <= features.columns; k += 1) {
        const value = k === features.columns ? 1 : (features.data[row * features.columns + k] ?? 0);
        gradient[place * (features.columns + 1) + k] =
          (gradient[place * (features.columns + 1) + k] ?? 0) + error * value;
      }
    }
  }
  return Math.hypot(...gradient);
}

test('a head is the least of its objective: no step away from it is better', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 2, max: 4 }),
      fc.constantFrom(...headStrengths),
      (seed, classes, strength) => {
        const data = clouds(seed, 30, 6, classes, 1);
        const head = fitHead(data, classes, strength, multiply);
        const least = objective(head, data, strength);
        // Where the gradient is a thousandth of the first one, no point lies lower than this by strong convexity.
        const above = (1e-3 * firstGradient(data, classes)) ** 2 / (2 * strength);
        const random = new Random(seed);
        for (let trial = 0; trial < 20; trial += 1) {
          const other: DenseHead = {
            weights: {
              ...head.weights,
              data: head.weights.data.map((w) => w + 0.1 * (random.float() - 0.5)),
            },
            bias: head.bias.map((b) => b + 0.1 * (random.float() - 0.5)),
          };
          expect(objective(other, data, strength)).toBeGreaterThanOrEqual(least - above - 1e-5);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('two classes that mirror each other: the weight that the formula asks for', () => {
  // One feature, ±1: the loss log(1 + exp(−2w)) with weights ±w has its least where 2 · strength · w = 2 / (1 + exp(2w)).
  const data = {
    features: matrix(2, 1, (row) => (row === 0 ? 1 : -1)),
    labels: Int32Array.of(0, 1),
  };
  const strength = 0.1;
  const { weights, bias } = fitHead(data, 2, strength, multiply);
  const w = weights.data[0] ?? 0;
  expect(weights.data[1]).toBeCloseTo(-w, 4);
  expect(strength * w).toBeCloseTo(1 / (1 + Math.exp(2 * w)), 3);
  expect(bias[0]).toBeCloseTo(bias[1] ?? Number.NaN, 4);
});

test('a begin from elsewhere ends at the same head', () => {
  const data = clouds(3, 60, 8, 3, 1);
  const cold = fitHead(data, 3, 0.1, multiply);
  const warm = fitHead(data, 3, 0.1, multiply, fitHead(data, 3, 1, multiply));
  cold.weights.data.forEach((weight, at) => expect(warm.weights.data[at]).toBeCloseTo(weight, 2));
});

test('the head of a path is for features as they come, and the best of the validation pictures', () => {
  const data = clouds(5, 80, 10, 4, 0.8);
  const shifted = (of: LabeledFeatures): LabeledFeatures => ({
    ...of,
    features: { ...of.features, data: of.features.data.map((value, at) => 7 + (1 + (at % 10)) * value) },
  });
  const validation = shifted(clouds(6, 40, 10, 4, 0.8));
  const tried: number[] = [];
  const { fitted, best } = fitHeads(shifted(data), validation, 4, multiply, (count) => tried.push(count));
  expect(tried).toEqual(headStrengths.map((_, at) => at + 1));
  const scores = fitted.map(({ head }) => scoreHead(head, validation, multiply));
  scores.forEach(({ loss, accuracy }, at) => {
    expect(loss).toBeCloseTo(fitted[at]?.validation?.loss ?? Number.NaN, 3);
    expect(accuracy).toBe(fitted[at]?.validation?.accuracy);
  });
  const accuracies = scores.map(({ accuracy }) => accuracy);
  expect(accuracies[best - 1]).toBe(Math.max(...accuracies));
});

test('without validation pictures a fifth of the others chooses; a column that never changes does no harm', () => {
  const data = clouds(9, 50, 6, 2, 0.5);
  data.features.data.forEach((_, at) => {
    if (at % 6 === 5) data.features.data[at] = 4;
  });
  const none = { features: matrix(0, 6, () => 0), labels: new Int32Array() };
  const { fitted, best } = fitHeads(data, none, 2, multiply, () => undefined);
  expect(fitted.every(({ validation }) => validation === null)).toBe(true);
  expect(best).toBeGreaterThanOrEqual(1);
  expect(fitted[best - 1]?.train.accuracy).toBeGreaterThan(0.8);
});
