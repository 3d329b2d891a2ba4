/**
 * A dense layer on features that do not change: multinomial logistic regression by L-BFGS (Nocedal, 1980). The loss is
 * convex, so the answer hangs on nothing but the data and the strength of the regularisation.
 */

/** Row-major matrix. */
export interface Matrix {
  data: Float32Array;
  rows: number;
  columns: number;
}

/** a[M, K] · b[K, N], each transposed first where asked. */
export type Multiply = (a: Matrix, b: Matrix, transposed?: { a?: boolean; b?: boolean }) => Matrix;

export interface LabeledFeatures {
  features: Matrix;
  /** Class of each row. */
  labels: Int32Array;
}

/** logits = features · weightsᵀ + bias */
export interface DenseHead {
  /** [classes, columns of the features] */
  weights: Matrix;
  bias: Float32Array;
}

export interface HeadScore {
  /** Mean cross-entropy, natural logarithm. */
  loss: number;
  accuracy: number;
}

/** Steps that L-BFGS remembers, and takes at most. */
const history = 8;
const mostSteps = 100;
/** Of the gradient's length against the first one's. */
const smallGradient = 1e-3;

/**
 * The head of least mean cross-entropy + strength / 2 · ‖weights‖², from `begin` on or from zero. `features` should be
 * standardised: the strength weighs all columns alike.
 */
export function fitHead(
  data: LabeledFeatures,
  classes: number,
  strength: number,
  multiply: Multiply,
  begin?: DenseHead,
): DenseHead {
  const columns = data.features.columns;
  const size = classes * (columns + 1);
  const point = new Float64Array(size);
  if (begin !== undefined) {
    point.set(begin.weights.data);
    point.set(begin.bias, classes * columns);
  }
  const headAt = (at: Float64Array): DenseHead => ({
    weights: { data: Float32Array.from(at.subarray(0, classes * columns)), rows: classes, columns },
    bias: Float32Array.from(at.subarray(classes * columns)),
  });
  const objective = (at: Float64Array): { value: number; gradient: Float64Array } => {
    const head = headAt(at);
    const errors = logitsOf(head, data.features, multiply);
    let value = crossEntropy(errors, data.labels);
    const gradient = new Float64Array(size);
    gradient.set(multiply(errors, data.features, { a: true }).data);
    errors.data.forEach((error, place) => {
      const bias = classes * columns + (place % classes);
      gradient[bias] = at64(gradient, bias) + error;
    });
    for (let i = 0; i < classes * columns; i += 1) {
      const weight = at64(at, i);
      value += (strength / 2) * weight * weight;
      gradient[i] = at64(gradient, i) + strength * weight;
    }
    return { value, gradient };
  };
  return headAt(minimise(objective, point));
}

/** Mean loss and accuracy of a head. Without rows, both are NaN. */
export function scoreHead(head: DenseHead, data: LabeledFeatures, multiply: Multiply): HeadScore {
  const logits = logitsOf(head, data.features, multiply);
  const { rows, columns } = logits;
  let correct = 0;
  for (let row = 0; row < rows; row += 1) {
    const of = logits.data.subarray(row * columns, (row + 1) * columns);
    if (of.indexOf(Math.max(...of)) === data.labels[row]) correct += 1;
  }
  return { loss: crossEntropy(logits, data.labels), accuracy: correct / rows };
}

/** One row of raw answers for each row of the features. */
export function logitsOf({ weights, bias }: DenseHead, features: Matrix, multiply: Multiply): Matrix {
  const logits = multiply(features, weights, { b: true });
  logits.data.forEach((value, at) => (logits.data[at] = value + (bias[at % bias.length] ?? 0)));
  return logits;
}

/** The mean loss; leaves its gradient where the logits were. */
function crossEntropy({ data, rows, columns }: Matrix, labels: Int32Array): number {
  let loss = 0;
  for (let row = 0; row < rows; row += 1) {
    const logits = data.subarray(row * columns, (row + 1) * columns);
    const greatest = Math.max(...logits);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - greatest), 0);
    const label = labels[row] ?? 0;
    loss += Math.log(sum) + greatest - (logits[label] ?? 0);
    logits.forEach((logit, place) => {
      logits[place] = (Math.exp(logit - greatest) / sum - (place === label ? 1 : 0)) / rows;
    });
  }
  return loss / rows;
}

type Objective = (at: Float64Array) => { value: number; gradient: Float64Array };

/** L-BFGS with steps that are halved until the value falls enough (Armijo). */
function minimise(objective: Objective, begin: Float64Array): Float64Array {
  let point = begin;
  let { value, gradient } = objective(point);
  const enough = smallGradient * Math.max(length(gradient), Number.MIN_VALUE);
  const steps: { moved: Float64Array; turned: Float64Array; curvature: number }[] = [];
  for (let step = 0; step < mostSteps && length(gradient) > enough; step += 1) {
    const direction = lbfgsDirection(gradient, steps);
    const slope = dot(direction, gradient);
    let rate = steps.length === 0 ? 1 / Math.max(length(gradient), 1) : 1;
    let next = combined(point, rate, direction);
    let found = objective(next);
    while (found.value > value + 1e-4 * rate * slope && rate > 1e-8) {
      rate /= 2;
      next = combined(point, rate, direction);
      found = objective(next);
    }
    if (!(found.value < value)) break;
    const moved = combined(next, -1, point);
    const turned = combined(found.gradient, -1, gradient);
    const curvature = dot(moved, turned);
    if (curvature > 0) steps.push({ moved, turned, curvature });
    if (steps.length > history) steps.shift();
    point = next;
    ({ value, gradient } = found);
  }
  return point;
}

/** −H · gradient by the two loops over the remembered steps. */
function lbfgsDirection(
  gradient: Float64Array,
  steps: readonly { moved: Float64Array; turned: Float64Array; curvature: number }[],
): Float64Array {
  let direction: Float64Array = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { moved, turned, curvature } of steps.toReversed()) {
    const share = dot(moved, direction) / curvature;
    shares.push(share);
    direction = combined(direction, -share, turned);
  }
  const last = steps.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.turned, last.turned);
    direction = direction.map((value) => scale * value);
  }
  for (const { moved, turned, curvature } of steps) {
    const share = (shares.pop() ?? 0) - dot(turned, direction) / curvature;
    direction = combined(direction, share, moved);
  }
  return direction;
}

const at64 = (of: Float64Array, at: number): number => of[at] ?? 0;
const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, at) => sum + value * at64(b, at), 0);
const length = (a: Float64Array): number => Math.sqrt(dot(a, a));
/** a + share · b */
const combined = (a: Float64Array, share: number, b: Float64Array): Float64Array =>
  a.map((value, at) => value + share * at64(b, at));
