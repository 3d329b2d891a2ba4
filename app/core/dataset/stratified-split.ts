import type { Split, SplitRatios } from '../../contract/index.ts';
import { Random } from './random.ts';

/** A labeled picture on its way into a split; one that has a split already keeps it. */
export interface SplitCandidate {
  imageId: number;
  classId: number;
  split: Split | null;
}

/** The shares that an import gets which says nothing about splits. */
export const defaultRatios: SplitRatios = { train: 0.8, val: 0.1, test: 0.1 };

/** From this many pictures on a class is represented in every split. */
const smallestSpread = 3;
/** Shares such as 0.7 × 10 miss the whole number by less than this. */
const rounding = 1e-6;
const splits: readonly Split[] = ['train', 'val', 'test'];
type Counts = Record<Split, number>;

/**
 * A seeded, stratified split: every class is divided by the ratios on its own, with the largest remainders rounded
 * up. What rounding leaves over is carried to the next class, so that the totals stay right as well. A class
 * of three or more pictures has at least one in every split whose share is not zero, as far as those that may
 * still be placed allow.
 *
 * Gives the split of every candidate that had none. The order of the candidates does not matter.
 */
export function stratifiedSplit(
  candidates: readonly SplitCandidate[],
  ratios: SplitRatios,
  seed: number,
): Map<number, Split> {
  const random = new Random(seed);
  const carried: Counts = { train: 0, val: 0, test: 0 };
  const result = new Map<number, Split>();
  for (const members of byClass(candidates)) {
    const free = members.filter((member) => member.split === null).map((member) => member.imageId);
    const kept = countSplits(members);
    const given = apportion(free.length, kept, members.length, ratios, carried);
    random.shuffle(free);
    let from = 0;
    for (const split of splits) {
      for (const imageId of free.slice(from, from + given[split])) result.set(imageId, split);
      from += given[split];
    }
  }
  return result;
}

/** The classes by id, the pictures of each by id: the result depends on the set and the seed alone. */
function byClass(candidates: readonly SplitCandidate[]): SplitCandidate[][] {
  const sorted = candidates.toSorted((a, b) => a.classId - b.classId || a.imageId - b.imageId);
  return [...Map.groupBy(sorted, (candidate) => candidate.classId).values()];
}

function countSplits(members: readonly SplitCandidate[]): Counts {
  const counts: Counts = { train: 0, val: 0, test: 0 };
  for (const { split } of members) if (split !== null) counts[split]++;
  return counts;
}

/**
 * How many of a class's `free` pictures each split is given. One after the other goes to the split that is
 * furthest below its share: whole pictures first, then what is left by the largest remainder, to which the carried
 * remainders of the classes before are added. Brings `carried` up to date.
 */
function apportion(free: number, kept: Counts, total: number, ratios: SplitRatios, carried: Counts): Counts {
  const open = splits.filter((split) => ratios[split] > 0);
  const sum = open.reduce((so, split) => so + ratios[split], 0);
  const given: Counts = { train: 0, val: 0, test: 0 };
  const missing = (split: Split): number => (total * ratios[split]) / sum - kept[split] - given[split];
  for (let placed = 0; placed < free; placed++) {
    const whole = open.filter((split) => missing(split) > 1 - rounding);
    const partial = open.filter((split) => missing(split) > rounding);
    const next =
      whole.length > 0
        ? greatest(whole, missing)
        : greatest(partial, (split) => missing(split) + carried[split]);
    given[next]++;
  }
  if (total >= smallestSpread) spread(open, given, kept);
  for (const split of open) carried[split] += missing(split);
  return given;
}

/** Gives every empty split one picture of the split that was given most and can spare it. */
function spread(open: readonly Split[], given: Counts, kept: Counts): void {
  for (const split of open.filter((each) => given[each] + kept[each] === 0)) {
    const donors = open.filter((each) => given[each] > 0 && given[each] + kept[each] > 1);
    if (donors.length === 0) return;
    given[greatest(donors, (each) => given[each])]--;
    given[split]++;
  }
}

/** The split with the greatest value; the first of equals. */
function greatest(candidates: readonly Split[], value: (split: Split) => number): Split {
  return candidates.reduce((best, split) => (value(split) > value(best) ? split : best));
}
