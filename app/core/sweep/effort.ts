import type { Forecast } from '../../contract/index.ts';
import type { Rung } from './rungs.ts';

/** Epochs of all trials together. */
export function epochsOf(rungs: readonly Rung[]): number {
  return stretches(rungs).reduce((sum, { epochs, trials }) => sum + epochs * trials, 0);
}

/**
 * Seconds of all trials together. Which of them go on is not known before, so that higher rungs are counted at the mean of all.
 */
export function secondsOf(
  rungs: readonly Rung[],
  each: readonly Pick<Forecast, 'secondsPerEpoch'>[],
): number {
  const mean = each.reduce((sum, { secondsPerEpoch }) => sum + secondsPerEpoch, 0) / Math.max(1, each.length);
  return epochsOf(rungs) * mean;
}

/** How many trials are begun within so many seconds, of those of the lowest rung in their order. */
export function begunWithin(
  seconds: number,
  [lowest]: readonly Rung[],
  each: readonly Pick<Forecast, 'secondsPerEpoch'>[],
): number {
  let used = 0;
  let begun = 0;
  for (const { secondsPerEpoch } of each) {
    if (used >= seconds) break;
    begun++;
    used += secondsPerEpoch * (lowest?.epochs ?? 0);
  }
  return begun;
}

/** What each rung adds to the one below. */
function stretches(rungs: readonly Rung[]): Rung[] {
  return rungs.map(({ epochs, trials }, at) => ({ epochs: epochs - (rungs[at - 1]?.epochs ?? 0), trials }));
}
