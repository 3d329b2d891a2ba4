import type { Schedule } from '../../contract/index.ts';

/** How far a run is meant to go. */
export interface RunLength {
  stepsPerEpoch: number;
  epochs: number;
}

export const usualSchedule: Schedule = { kind: 'cosine' };

/** Of one-cycle: where it begins, as a share of its top, and where it ends, as a share of that; as PyTorch has them. */
const cycleBegin = 1 / 25;
const cycleEnd = cycleBegin / 10_000;
const usualRise = 0.3;

/**
 * The learning rate of a step, counted from 0 over the whole run, as a share of the one that was set. A plateau's own share
 * comes on top (plateau.ts). Depends on nothing but its arguments, so that a resumed run needs no state for it. The same as
 * PyTorch's schedulers (tests/core/training/fixtures/make_schedules.py).
 */
export function learningRateShare(schedule: Schedule, step: number, length: RunLength): number {
  const all = length.stepsPerEpoch * length.epochs;
  if (schedule.kind === 'oneCycle') return oneCycle(schedule.rise ?? usualRise, step, all);
  const warmup = warmupSteps(schedule, length);
  // The first step is not lost on a rate of 0.
  if (step < warmup) return (step + 1) / (warmup + 1);
  const since = step - warmup;
  switch (schedule.kind) {
    case 'constant':
    case 'plateau':
      return 1;
    case 'step':
      return schedule.factor ** Math.floor(since / (schedule.every * length.stepsPerEpoch));
    case 'cosine':
      return between(1, schedule.floor ?? 0, since / (all - warmup));
  }
}

/** `count` shares, evenly spread from the first step to the last. */
export function shownShares(schedule: Schedule, length: RunLength, count: number): number[] {
  const last = length.stepsPerEpoch * length.epochs - 1;
  return Array.from({ length: count }, (_, at) =>
    learningRateShare(schedule, Math.round((at * last) / (count - 1)), length),
  );
}

/** How many steps the learning rate rises before its schedule begins. */
export const warmupSteps = (schedule: Schedule, { stepsPerEpoch }: RunLength): number =>
  schedule.kind === 'oneCycle' ? 0 : Math.round((schedule.warmup ?? 0) * stepsPerEpoch);

/** Up along half a cosine to 1 at the step before `rise` of all, and down along another (Smith and Topin, 2017). */
function oneCycle(rise: number, step: number, steps: number): number {
  const top = rise * steps - 1;
  if (step <= top) return between(cycleBegin, 1, step / top);
  return between(1, cycleEnd, (step - top) / (steps - 1 - top));
}

/** From one to the other along half a cosine (Loshchilov and Hutter, 2017): slowly at both ends. */
function between(from: number, to: number, progress: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * progress))) / 2;
}
