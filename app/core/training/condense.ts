import type { Curves, CurveStep, EpochMetric, Metric, StepMetric } from '../../contract/index.ts';

/**
 * The points of a run, ascending in step, in at most `count` step points: each is the mean of as many recorded ones as
 * it takes, a power of two, so that a screen goes on from there at the same detail. Every epoch is kept.
 */
export function condense(points: readonly Metric[], count: number): Omit<Curves, 'lastSeq'> {
  const recorded: StepMetric[] = [];
  const epochs: EpochMetric[] = [];
  for (const point of points) {
    if (point.kind === 'step') recorded.push(point);
    else epochs.push(point);
  }
  let stride = 1;
  while (Math.ceil(recorded.length / stride) > count) stride *= 2;
  const steps: CurveStep[] = [];
  for (let first = 0; first < recorded.length; first += stride) {
    const joined = join(recorded, first, Math.min(first + stride, recorded.length));
    if (joined) steps.push(joined);
  }
  return { steps, stride, epochs };
}

/** The mean of the points from `first` to before `end`. */
function join(points: readonly StepMetric[], first: number, end: number): CurveStep | null {
  const last = points[end - 1];
  if (last === undefined) return null;
  let loss = 0;
  let accuracy = 0;
  let imagesPerSecond = 0;
  for (let at = first; at < end; at++) {
    const point = points[at];
    if (point === undefined) continue;
    loss += point.loss;
    accuracy += point.accuracy;
    imagesPerSecond += point.imagesPerSecond;
  }
  const weight = end - first;
  return {
    ...last,
    loss: loss / weight,
    accuracy: accuracy / weight,
    imagesPerSecond: imagesPerSecond / weight,
    weight,
  };
}
