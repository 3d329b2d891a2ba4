/** The whole state of a `Random`: four unsigned 32-bit integers. */
export type RandomState = readonly [number, number, number, number];

/**
 * A seeded stream of pseudo-random numbers: xoshiro128** (Blackman and Vigna, 2018), its state filled by
 * SplitMix32. The same seed gives the same stream on every machine; not for secrets.
 */
export class Random {
  #state: RandomState;

  /** Any integer; its lower 32 bits count. */
  constructor(seed: number) {
    const fill = splitMix32(seed);
    this.#state = [fill(), fill(), fill(), fill()];
  }

  /** Goes on from where `state` was taken. */
  static resume(state: RandomState): Random {
    const random = new Random(0);
    random.#state = state;
    return random;
  }

  /** From here `resume` goes on. */
  get state(): RandomState {
    return this.#state;
  }

  /** The next unsigned 32-bit integer. */
  next(): number {
    const [a, b, c, d] = this.#state;
    const left = c ^ a;
    const right = d ^ b;
    this.#state = [(a ^ right) >>> 0, (b ^ left) >>> 0, (left ^ (b << 9)) >>> 0, rotateLeft(right, 11) >>> 0];
    return Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
  }

  /** A number in [0, 1) with 32 random bits. */
  float(): number {
    return this.next() / 2 ** 32;
  }

  /** An integer in [0, limit), every one equally likely. */
  below(limit: number): number {
    // The topmost partial run of `limit` numbers would favour the small ones: draw again when it is hit.
    const fair = 2 ** 32 - (2 ** 32 % limit);
    let drawn = this.next();
    while (drawn >= fair) drawn = this.next();
    return drawn % limit;
  }

  /** Puts the items into a random order, in place (Fisher–Yates), and gives them back. */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const moved = items[last] as T;
      items[last] = items[other] as T;
      items[other] = moved;
    }
    return items;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** SplitMix with 32-bit words; spreads neighbouring seeds far apart and never fills the state with zeros alone. */
function splitMix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}
