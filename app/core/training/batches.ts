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

/**
 * As many places as there are pictures, every class equally often, whatever its share of them: a class that is short of
 * pictures comes round again, of one that has too many some are left out until another epoch. `classOf` gives each picture's
 * class. Depends on the seed and the epoch alone, like `epochOrder`.
 */
export function balancedOrder(classOf: ArrayLike<number>, seed: number, epoch: number): number[] {
  const ofClass = new Map<number, number[]>();
  for (let place = 0; place < classOf.length; place++) {
    const own = ofClass.get(classOf[place] ?? 0);
    if (own === undefined) ofClass.set(classOf[place] ?? 0, [place]);
    else own.push(place);
  }
  const classes = [...ofClass.keys()].toSorted((a, b) => a - b);
  const drawn = classes.flatMap((index, at) => {
    const own = ofClass.get(index) ?? [];
    // What is left over by the division goes round, so that no class has it in every epoch.
    const extra = (at + epoch) % classes.length < classOf.length % classes.length ? 1 : 0;
    const wanted = Math.floor(classOf.length / classes.length) + extra;
    const places: number[] = [];
    for (let round = 0; places.length < wanted; round++) {
      const shuffled = epochOrder(own.length, seed + 7919 * (index + 1) + 104_729 * round, epoch);
      places.push(...shuffled.slice(0, wanted - places.length).map((place) => own[place] as number));
    }
    return places;
  });
  return epochOrder(drawn.length, seed, epoch).map((place) => drawn[place] as number);
}

/** Cuts places into batches, in their order; the last one may be smaller. */
export function* batchesOf(places: readonly number[], batchSize: number): Generator<readonly number[]> {
  for (let from = 0; from < places.length; from += batchSize) yield places.slice(from, from + batchSize);
}

/** How many steps an epoch takes. */
export const stepsPerEpoch = (count: number, batchSize: number): number => Math.ceil(count / batchSize);
