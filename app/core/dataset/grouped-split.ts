import type { Split, SplitRatios } from '../../contract/index.ts';
import { Random } from './random.ts';
import { stratifiedSplit, type SplitCandidate } from './stratified-split.ts';

/** A candidate that may belong to pictures that must not be torn apart: near duplicates, a burst. */
export interface GroupedCandidate extends SplitCandidate {
  group: number | null;
}

const splits: readonly Split[] = ['train', 'val', 'test'];
/** A group of more than this part of its class is cut into runs: else nothing might be left to validate with. */
const greatestShare = 0.2;

/**
 * `stratifiedSplit` that does not leak: all pictures of a group go to one split. Groups are placed first, the largest before
 * the others, each where its classes are furthest below their shares; single pictures then make up the rest, so that the
 * shares are met as well as the groups allow. Where a picture of a group has its split already the others follow it; where
 * they have several, the first of train, val, test.
 *
 * Gives the split of every candidate that had none. The order of the candidates does not matter.
 */
export function groupedSplit(
  candidates: readonly GroupedCandidate[],
  ratios: SplitRatios,
  seed: number,
): Map<number, Split> {
  const placed = placeGroups(candidates, ratios, seed);
  const settled = candidates.map(({ imageId, classId, split }) => ({
    imageId,
    classId,
    split: split ?? placed.get(imageId) ?? null,
  }));
  for (const [imageId, split] of stratifiedSplit(settled, ratios, seed)) placed.set(imageId, split);
  return placed;
}

function placeGroups(
  candidates: readonly GroupedCandidate[],
  ratios: SplitRatios,
  seed: number,
): Map<number, Split> {
  const result = new Map<number, Split>();
  const need = new Need(candidates, ratios);
  for (const members of groupsOf(candidates, ratios, seed)) {
    const free = members.filter(({ split }) => split === null);
    const settled = splits.find((split) => members.some((member) => member.split === split));
    const chosen = settled ?? need.greatest(free);
    for (const { imageId, classId } of free) {
      result.set(imageId, chosen);
      need.give(classId, chosen);
    }
  }
  return result;
}

/** Groups of two and more, by size, equals in a seeded order. */
function groupsOf(
  candidates: readonly GroupedCandidate[],
  ratios: SplitRatios,
  seed: number,
): GroupedCandidate[][] {
  const grouped = candidates.filter(({ group }) => group !== null).toSorted((a, b) => a.imageId - b.imageId);
  const sizes = new Map<number, number>();
  for (const { classId } of candidates) sizes.set(classId, (sizes.get(classId) ?? 0) + 1);
  const groups = [...Map.groupBy(grouped, ({ group }) => group).values()]
    .filter(({ length }) => length > 1)
    .flatMap((members) => runsOf(members, sizes, ratios));
  new Random(seed).shuffle(groups);
  return groups.toSorted((a, b) => b.length - a.length);
}

/**
 * Pictures that came one after the other stay together: of what is nearly the same most is still on one side. No run is longer
 * than the smallest split's share of the smallest class, so that every split can have one.
 */
function runsOf(
  members: GroupedCandidate[],
  sizes: ReadonlyMap<number, number>,
  ratios: SplitRatios,
): GroupedCandidate[][] {
  const classSizes = [...new Set(members.map(({ classId }) => classId))].map((id) => sizes.get(id) ?? 0);
  const most = classSizes.reduce((sum, size) => sum + size, 0) * greatestShare;
  if (members.length <= Math.max(2, most)) return [members];
  const shares = splits.map((split) => ratios[split]);
  const smallest =
    Math.min(...shares.filter((share) => share > 0)) / shares.reduce((sum, share) => sum + share, 0);
  const length = Math.max(2, Math.floor(Math.min(...classSizes) * Math.min(smallest, greatestShare)));
  return Array.from({ length: Math.ceil(members.length / length) }, (_, run) =>
    members.slice(run * length, (run + 1) * length),
  );
}

/** How many pictures of each class each split still lacks. */
class Need {
  readonly #missing = new Map<number, Record<Split, number>>();
  readonly #open: readonly Split[];

  constructor(candidates: readonly SplitCandidate[], ratios: SplitRatios) {
    const sum = ratios.train + ratios.val + ratios.test;
    this.#open = splits.filter((split) => ratios[split] > 0);
    for (const [classId, members] of Map.groupBy(candidates, (candidate) => candidate.classId)) {
      const share = (split: Split): number => (members.length * ratios[split]) / sum;
      this.#missing.set(classId, { train: share('train'), val: share('val'), test: share('test') });
    }
    for (const { classId, split } of candidates) if (split !== null) this.give(classId, split);
  }

  /**
   * The split that lacks most of the classes of these pictures; of equals the one that lacks most of all classes, so that
   * classes of one large group each do not all go to the same split.
   */
  greatest(members: readonly SplitCandidate[]): Split {
    const lack = (split: Split): number =>
      members.reduce((sum, { classId }) => sum + (this.#missing.get(classId)?.[split] ?? 0), 0);
    const inAll = (split: Split): number =>
      [...this.#missing.values()].reduce((sum, missing) => sum + missing[split], 0);
    const isBetter = (a: Split, b: Split): boolean =>
      lack(a) > lack(b) || (lack(a) === lack(b) && inAll(a) > inAll(b));
    return this.#open.reduce(
      (best, split) => (isBetter(split, best) ? split : best),
      this.#open[0] ?? 'train',
    );
  }

  give(classId: number, split: Split): void {
    const missing = this.#missing.get(classId);
    if (missing) missing[split]--;
  }
}
