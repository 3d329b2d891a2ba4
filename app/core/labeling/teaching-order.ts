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
const most = 4000;

/**
 * The order in which labels teach a model most: the least sure first, and among those that are about as unsure the one that
 * looks least like what came just before, so that ten pictures of one scene do not follow each other. `pictures` come in the
 * order of their uncertainty; pictures that the model has not seen come last and are spread out as well.
 */
export function teachingOrder(pictures: readonly Waiting[]): number[] {
  const order: number[] = [];
  const recent: Uint32Array[] = [];
  const window = pictures.slice(0, windowSize).map(weighed);
  let next = window.length;
  const end = Math.min(most, pictures.length);
  while (order.length < end && window.length > 0) {
    const [chosen] = window.splice(mostTelling(window, recent), 1) as [Weighed];
    order.push(chosen.id);
    if (chosen.hash !== null) recent.push(chosen.hash);
    if (recent.length > memory) recent.shift();
    const following = pictures[next++];
    if (following) window.push(weighed(following));
  }
  return [...order, ...window.map(({ id }) => id), ...pictures.slice(next).map(({ id }) => id)];
}

interface Weighed {
  id: number;
  uncertainty: number;
  hash: Uint32Array | null;
}

const weighed = ({ id, confidence, fingerprint }: Waiting): Weighed => ({
  id,
  uncertainty: confidence === null ? 0 : 1 - confidence,
  hash: fingerprint === null ? null : hashOf(fingerprint),
});

/** Uncertainty and unlikeness weigh the same; both are 0…1. Gives a place in the window. */
function mostTelling(window: readonly Weighed[], recent: readonly Uint32Array[]): number {
  let best = 0;
  let greatest = -1;
  window.forEach(({ uncertainty, hash }, at) => {
    const worth = uncertainty + unlikeness(hash, recent);
    if (worth > greatest) [best, greatest] = [at, worth];
  });
  return best;
}

/** 1 for half of the bits: as far apart as two pictures that have nothing to do with each other. */
function unlikeness(hash: Uint32Array | null, recent: readonly Uint32Array[]): number {
  if (hash === null || recent.length === 0) return 0;
  let nearest = 64;
  for (const other of recent) nearest = Math.min(nearest, hashDistance(hash, other));
  return nearest / 64;
}
