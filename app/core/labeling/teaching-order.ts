import { fingerprintDistance } from '../dataset/near-duplicates.ts';

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
  const recent: string[] = [];
  const window = pictures.slice(0, windowSize);
  let next = window.length;
  const end = Math.min(most, pictures.length);
  while (order.length < end && window.length > 0) {
    const [chosen] = window.splice(mostTelling(window, recent), 1) as [Waiting];
    order.push(chosen.id);
    if (chosen.fingerprint !== null) recent.push(chosen.fingerprint);
    if (recent.length > memory) recent.shift();
    const following = pictures[next++];
    if (following) window.push(following);
  }
  return [...order, ...window.map(({ id }) => id), ...pictures.slice(next).map(({ id }) => id)];
}

/** Uncertainty and unlikeness weigh the same; both are 0…1. Gives a place in the window. */
function mostTelling(window: readonly Waiting[], recent: readonly string[]): number {
  let best = 0;
  let greatest = -1;
  window.forEach(({ confidence, fingerprint }, at) => {
    const uncertainty = confidence === null ? 0 : 1 - confidence;
    const worth = uncertainty + unlikeness(fingerprint, recent);
    if (worth > greatest) [best, greatest] = [at, worth];
  });
  return best;
}

/** 1 for half of the bits: as far apart as two pictures that have nothing to do with each other. */
function unlikeness(fingerprint: string | null, recent: readonly string[]): number {
  if (fingerprint === null || recent.length === 0) return 0;
  const nearest = recent.reduce(
    (least, other) => Math.min(least, fingerprintDistance(fingerprint, other)),
    Infinity,
  );
  return Math.min(1, nearest / 64);
}
