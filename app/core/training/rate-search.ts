import type { RatePoint } from '../../contract/index.ts';

/** The learning rates that are tried: from one that does nothing to one that breaks every network. */
export const leastRate = 1e-6;
export const greatestRate = 10;
/** Steps from one to the other, each greater than the one before by the same factor. */
export const rateSteps = 120;
/** Of the moving average by which the loss is smoothed. */
const keeps = 0.9;
/** The search is over where the smoothed loss is so many times the least one. */
const diverged = 4;
/** The average means nothing before so many steps, and neither do falls in it. */
const settled = 10;

/** The learning rate of each step, least first. */
export const searchedRates = (steps = rateSteps): Float64Array =>
  Float64Array.from(
    { length: steps },
    (_, step) => leastRate * (greatestRate / leastRate) ** (step / (steps - 1)),
  );

/** A loss that falls by a smaller share of itself does not fall. */
const leastFall = 0.01;

/**
 * What a network's loss does while the learning rate rises with every step (Smith, 2017): flat at first, falling where the
 * rate fits, then without bounds.
 */
export class RateSearch {
  readonly points: RatePoint[] = [];
  #average = 0;
  #least = Infinity;

  /** The loss of the next step at this rate. False: there is nothing more to learn from greater ones. */
  add(rate: number, loss: number): boolean {
    if (!Number.isFinite(loss)) return false;
    this.#average = keeps * this.#average + (1 - keeps) * loss;
    const smoothed = this.#average / (1 - keeps ** (this.points.length + 1));
    this.points.push({ rate, loss, smoothed });
    if (this.points.length > settled) this.#least = Math.min(this.#least, smoothed);
    return smoothed <= diverged * this.#least;
  }

  /**
   * Where the smoothed loss falls most steeply over the logarithm of the rate, before its least value; null where it does not
   * fall.
   */
  get suggested(): number | null {
    const { points } = this;
    const smoothed = points.map((point) => point.smoothed);
    const lowest = Math.min(...smoothed.slice(settled));
    if (!(lowest < (1 - leastFall) * (smoothed[settled] ?? 0))) return null;
    const least = smoothed.indexOf(lowest, settled);
    let best: { rate: number; fall: number } | null = null;
    for (let at = settled; at < least; at++) {
      const [before, after, here] = [points[at - 1], points[at + 1], points[at]];
      if (before === undefined || after === undefined || here === undefined) continue;
      const fall = (before.smoothed - after.smoothed) / Math.log(after.rate / before.rate);
      if (fall > (best?.fall ?? 0)) best = { rate: here.rate, fall };
    }
    return best?.rate ?? null;
  }
}
