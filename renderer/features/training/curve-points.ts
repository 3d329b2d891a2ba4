import {
  joinSteps,
  joinStretches,
  stretchOf,
  type Curves,
  type CurveStep,
  type EpochMetric,
  type Metric,
  type StepMetric,
} from '../../../app/contract/index.ts';

/** The points of a run's curves, each list ascending in step. `stride` is a power of two. */
export type CurvePoints = Readonly<Pick<Curves, 'stride' | 'lastSeq'>> & {
  steps: readonly CurveStep[];
  epochs: readonly EpochMetric[];
};

export const noPoints: CurvePoints = { steps: [], stride: 1, epochs: [], lastSeq: -1 };

/**
 * Adds points to curves. Points that begin before the last one known replace everything from there on: a resumed run
 * does the steps since its checkpoint again, and a tail may repeat what history already held. At most `capacity` step
 * points are kept; beyond it all neighbours are averaged, so that the whole run stays in view, evenly, at half the
 * detail.
 */
export function addPoints(curves: CurvePoints, points: readonly Metric[], capacity: number): CurvePoints {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return curves;
  const before = <Point extends Metric>(known: readonly Point[]): readonly Point[] =>
    first.seq > curves.lastSeq ? known : known.filter((point) => point.seq < first.seq);
  const steps = points.filter((point) => point.kind === 'step');
  const epochs = points.filter((point) => point.kind === 'epoch');
  return {
    ...appendSteps(before(curves.steps), curves.stride, steps, capacity),
    epochs: [...before(curves.epochs), ...epochs],
    lastSeq: last.seq,
  };
}

function appendSteps(
  known: readonly CurveStep[],
  stride: number,
  fresh: readonly StepMetric[],
  capacity: number,
): Pick<CurvePoints, 'steps' | 'stride'> {
  let steps = [...known];
  for (const point of fresh) {
    const last = steps.at(-1);
    const isPartial = last !== undefined && stretchOf(last, stride) === stretchOf(point, stride);
    const joined = joinSteps(isPartial ? [last, point] : [point]);
    if (!joined) continue;
    if (isPartial) steps[steps.length - 1] = joined;
    else steps.push(joined);
    if (steps.length > capacity) {
      steps = joinStretches(steps, stride, 2 * stride);
      stride *= 2;
    }
  }
  return { steps, stride };
}
