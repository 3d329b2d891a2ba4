import type { CurveStep, Spans, StepMetric } from './training.ts';

/** A recorded point, or one that is the mean of several already. */
type Joinable = StepMetric & { weight?: number };

const averaged = ['loss', 'accuracy', 'imagesPerSecond'] as const;
const spanned = [...averaged, 'gradientNorm'] as const;

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
