import {
  joinStretches,
  type Curves,
  type EpochMetric,
  type Metric,
  type StepMetric,
} from '../../contract/index.ts';

/** The finest stride, a power of two, at which no more than `count` stretches lie from one sequence number to another. */
export function strideFor(first: number, last: number, count: number): number {
  let stride = 1;
  while (Math.floor(last / stride) - Math.floor(first / stride) >= count) stride *= 2;
  return stride;
}

/** The points of a run, ascending in `seq`, in at most `count` step points (see `Curves`). Every epoch is kept. */
export function condense(points: readonly Metric[], count: number): Omit<Curves, 'lastSeq'> {
  const recorded: StepMetric[] = [];
  const epochs: EpochMetric[] = [];
  for (const point of points) {
    if (point.kind === 'step') recorded.push(point);
    else epochs.push(point);
  }
  const stride = strideFor(points[0]?.seq ?? 0, points.at(-1)?.seq ?? 0, count);
  return { steps: joinStretches(recorded, 1, stride), stride, epochs };
}
