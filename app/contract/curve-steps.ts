import type { CurveStep, Spans, StepMetric } from './training.ts';

/** A recorded point, or one that is the mean of several already. */
type Joinable = StepMetric & { weight?: number };

const averaged = ['loss', 'accuracy', 'imagesPerSecond'] as const;
const spanned = [...averaged, 'gradientNorm', 'memory'] as const;

/**
 * The mean of step points, at the place of the last of them, with what their values lay between; null of none. The host
 * and the screens average alike, so that a screen goes on from where the host stopped.
 */
export function joinSteps(points: readonly Joinable[]): CurveStep | null {
  const last = points.at(-1);
  if (last === undefined) return null;
  if (points.length === 1) return { ...last, weight: last.weight ?? 1 };
  const sums = { loss: 0, accuracy: 0, imagesPerSecond: 0 };
  const norm = { sum: 0, weight: 0 };
  let weight = 0;
  for (const point of points) {
    const share = point.weight ?? 1;
    weight += share;
    for (const key of averaged) sums[key] += point[key] * share;
    if (point.gradientNorm === undefined) continue;
    norm.sum += point.gradientNorm * share;
    norm.weight += share;
  }
  return {
    ...last,
    loss: sums.loss / weight,
    accuracy: sums.accuracy / weight,
    imagesPerSecond: sums.imagesPerSecond / weight,
    ...(norm.weight > 0 && { gradientNorm: norm.sum / norm.weight }),
    weight,
    spans: spansOf(points),
  };
}

/**
 * Joins step points whose `seq` lie in the same stretch of `stride` sequence numbers, where they were joined by `from` already;
 * both are powers of two. By halves, so that what was joined on the way and stored leads to the same numbers, to the last bit,
 * as what was recorded.
 */
export function joinStretches(points: readonly StepMetric[], from: number, stride: number): CurveStep[] {
  let joined: readonly StepMetric[] = points;
  for (let half = from; half < stride; half *= 2) joined = joinPairs(joined, 2 * half);
  return joined.map((point: Joinable) => ({ ...point, weight: point.weight ?? 1 }));
}

/** In each stretch of `stride` lie two points at most. */
function joinPairs(points: readonly StepMetric[], stride: number): StepMetric[] {
  const joined: StepMetric[] = [];
  for (let at = 0; at < points.length; at++) {
    const point = points[at] as StepMetric;
    const next = points[at + 1];
    if (next === undefined || stretchOf(point, stride) !== stretchOf(next, stride)) joined.push(point);
    else {
      joined.push(joinSteps([point, next]) as CurveStep);
      at++;
    }
  }
  return joined;
}

/** Which stretch of so many sequence numbers a point lies in, from 0. */
export const stretchOf = ({ seq }: Pick<StepMetric, 'seq'>, stride: number): number =>
  Math.floor(seq / stride);

function spansOf(points: readonly Joinable[]): Spans {
  const found: Spans = {};
  for (const key of spanned) {
    let [low, high] = [Infinity, -Infinity];
    for (const point of points) {
      const [least, greatest] = point.spans?.[key] ?? [point[key] ?? NaN, point[key] ?? NaN];
      if (least < low) low = least;
      if (greatest > high) high = greatest;
    }
    if (low <= high) found[key] = [low, high];
  }
  return found;
}
