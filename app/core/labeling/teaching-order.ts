import { hashDistance, hashOf } from '../dataset/near-duplicates.ts';

/** A picture that waits for its label; what is not known is null. */
export interface Waiting {
  id: number;
  /** Of the model's best class, 0…1. */
  confidence: number | null;
  fingerprint: string | null;
}

/** Pictures that are weighed against each other at a time. */
const windowSize = 48;
/** Pictures behind which a new one is compared. */
const memory = 12;
/** Beyond these the order by uncertainty is enough: nobody labels so many in one sitting. */
const most = 2000;

/** So many pictures from the front decide the order; those behind them stay as they come. */
export const weighedPictures = most + windowSize;

/**
 * The order in which labels teach a model most: the least sure first, and among those that are about as unsure the one that
 * looks least like what came just before, so that ten pictures of one scene do not follow each other. `pictures` come in the
 * order of their uncertainty; pictures that the model has not seen come last and are spread out as well.
 */
export function teachingOrder(pictures: readonly Waiting[]): number[] {
  const order: number[] = [];
  const recent: (Uint32Array | null)[] = Array.from({ length: memory }, () => null);
  const window = pictures.slice(0, windowSize).map((picture) => weighed(picture, recent));
  let next = window.length;
  let remembered = 0;
  const end = Math.min(most, pictures.length);
  while (order.length < end && window.length > 0) {
    const [chosen] = window.splice(mostTelling(window), 1) as [Weighed];
    order.push(chosen.id);
    if (chosen.hash !== null) {
      // It takes the place of the oldest; the distances to all others are known.
      const slot = remembered++ % memory;
      recent[slot] = chosen.hash;
      for (const one of window) one.distances[slot] = distance(one.hash, chosen.hash);
    }
    const following = pictures[next++];
    if (following) window.push(weighed(following, recent));
  }
  return [...order, ...window.map(({ id }) => id), ...pictures.slice(next).map(({ id }) => id)];
}

interface Weighed {
  id: number;
  uncertainty: number;
  hash: Uint32Array | null;
  /** To each of the pictures that came just before. */
  distances: number[];
}

const weighed = (
  { id, confidence, fingerprint }: Waiting,
  recent: readonly (Uint32Array | null)[],
): Weighed => {
  const hash = fingerprint === null ? null : hashOf(fingerprint);
  return {
    id,
    uncertainty: confidence === null ? 0 : 1 - confidence,
    hash,
    distances: recent.map((other) => distance(hash, other)),
  };
};

/** Half of the bits: as far apart as two pictures that have nothing to do with each other. */
const unlike = 64;

/** At most `unlike`, which also stands for nothing to compare with. */
const distance = (a: Uint32Array | null, b: Uint32Array | null): number =>
  a === null || b === null ? unlike : Math.min(unlike, hashDistance(a, b));

/** Uncertainty and unlikeness weigh the same; both are 0…1. Gives a place in the window. */
function mostTelling(window: readonly Weighed[]): number {
  let best = 0;
  let greatest = -1;
  for (let at = 0; at < window.length; at++) {
    const { uncertainty, hash, distances } = window[at] as Weighed;
    // Of one without a fingerprint nobody knows whether it shows anything new.
    const worth = uncertainty + (hash === null ? 0 : Math.min(...distances) / unlike);
    if (worth > greatest) [best, greatest] = [at, worth];
  }
  return best;
}
