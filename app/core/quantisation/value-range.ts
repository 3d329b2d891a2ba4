/** Between which numbers a value lies, 0 always among them: padding is 0, and must stay it. */
export interface ValueRange {
  least: number;
  greatest: number;
}

/** Of each half of the numbers, on both sides of 0. */
const stretches = 2048;

/**
 * What a value of a network is like over many pictures: its least and greatest number, and how many lie in each stretch
 * between. The stretches widen when greater numbers come, two and two becoming one, so that one pass is enough.
 */
export class ValueMeter {
  #limit = 0;
  #least = 0;
  #greatest = 0;
  #count = 0;
  /** [−limit, limit] in equal stretches. */
  #counts = new Float64Array(2 * stretches);

  /** Numbers that are not finite are passed over and told by `isFinite`. */
  isFinite = true;

  add(values: Float32Array): void {
    let [least, greatest, sum] = [this.#least, this.#greatest, 0];
    for (const value of values) {
      sum += value;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    if (!Number.isFinite(sum)) {
      this.isFinite = false;
      return;
    }
    [this.#least, this.#greatest] = [least, greatest];
    this.#widen(Math.max(-least, greatest));
    if (this.#limit === 0) {
      this.#count += values.length;
      this.#counts[stretches] = this.#count;
      return;
    }
    const counts = this.#counts;
    const perUnit = stretches / this.#limit;
    for (const value of values) {
      const place = Math.min(2 * stretches - 1, Math.floor(value * perUnit) + stretches);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    this.#count += values.length;
  }

  /** `outside`: the share of all numbers that may lie outside at each end; 0 takes the least and the greatest. */
  range(outside: number): ValueRange {
    const { least, greatest } = { least: this.#least, greatest: this.#greatest };
    if (outside <= 0 || this.#limit === 0) return { least, greatest };
    const width = this.#limit / stretches;
    const allowed = outside * this.#count;
    const low = firstBeyond(this.#counts, allowed);
    const high = this.#counts.length - 1 - firstBeyond(this.#counts.toReversed(), allowed);
    return {
      least: Math.min(0, Math.max(least, (low - stretches) * width)),
      greatest: Math.max(0, Math.min(greatest, (high + 1 - stretches) * width)),
    };
  }

  #widen(wanted: number): void {
    if (wanted <= this.#limit) return;
    if (this.#limit === 0) {
      // Zeros may have come before.
      this.#limit = wanted;
      return;
    }
    while (this.#limit < wanted) {
      const wider = new Float64Array(2 * stretches);
      this.#counts.forEach((count, at) => {
        const place = stretches + Math.floor((at - stretches) / 2);
        wider[place] = (wider[place] ?? 0) + count;
      });
      this.#counts = wider;
      this.#limit *= 2;
    }
  }
}

function firstBeyond(counts: Float64Array, allowed: number): number {
  let sum = 0;
  return Math.max(
    0,
    counts.findIndex((count) => (sum += count) > allowed),
  );
}

const leastRange = 1e-30;

/** uint8 = round(value / scale) + zero, 0 being exactly `zero`. */
export function byteScale({ least, greatest }: ValueRange): { scale: number; zero: number } {
  const [low, high] = [Math.min(0, least), Math.max(0, greatest)];
  // Below that a step would be no number of 32 bits any more, and nobody could tell such values from 0.
  if (high - low < leastRange) return { scale: 1, zero: 0 };
  // As the file has it: a 32-bit number.
  const scale = Math.fround((high - low) / 255);
  return { scale, zero: Math.min(255, Math.max(0, Math.round(-low / scale))) };
}
