import {
  joinSteps,
  type Curves,
  type CurveStep,
  type EpochMetric,
  type Metric,
  type StepMetric,
} from '../../contract/index.ts';

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
    const joined = joinSteps(recorded.slice(first, first + stride));
    if (joined) steps.push(joined);
  }
  return { steps, stride, epochs };
}
