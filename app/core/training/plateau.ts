import type { Schedule } from '../../contract/index.ts';

/** What a plateau's schedule remembers from epoch to epoch. */
export interface PlateauState {
  /** Of the learning rate that was set. */
  share: number;
  /** The least loss so far; null before the first epoch. */
  best: number | null;
  /** Epochs since then. */
  waited: number;
}

export const freshPlateau: PlateauState = { share: 1, best: null, waited: 0 };

/** By what share of itself a loss must fall to count. */
const threshold = 1e-4;
/** A change of the share by less is none. */
const leastChange = 1e-8;

/** After another epoch: as PyTorch's `ReduceLROnPlateau` with its usual threshold and no cooldown. */
export function afterEpoch(
  { factor, patience, floor = 0 }: Extract<Schedule, { kind: 'plateau' }>,
  { share, best, waited }: PlateauState,
  loss: number,
): PlateauState {
  if (best === null || loss < best * (1 - threshold)) return { share, best: loss, waited: 0 };
  if (waited < patience) return { share, best, waited: waited + 1 };
  const lower = Math.max(share * factor, floor);
  return { share: share - lower > leastChange ? lower : share, best, waited: 0 };
}
