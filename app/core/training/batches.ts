import { Random } from '../dataset/random.ts';

/**
 * The places 0…count−1 in the order in which an epoch visits them. Depends on the seed and the epoch alone, so that a
 * run that is taken up again at any epoch goes on as if it had never stopped.
 */
export function epochOrder(count: number, seed: number, epoch: number): number[] {
  // The epoch is spread over all bits: seed 1 in its second epoch must not repeat seed 2 in its first.
  const random = new Random(seed ^ Math.imul(epoch + 1, 0x9e3779b1));
  return random.shuffle(Array.from({ length: count }, (_, place) => place));
}

/** Cuts places into batches, in their order; the last one may be smaller. */
export function* batchesOf(places: readonly number[], batchSize: number): Generator<readonly number[]> {
  for (let from = 0; from < places.length; from += batchSize) yield places.slice(from, from + batchSize);
}

/** How many steps an epoch takes. */
export const stepsPerEpoch = (count: number, batchSize: number): number => Math.ceil(count / batchSize);
