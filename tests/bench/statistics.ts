/** The middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** A small generator of uniform numbers in [0, 1), so that an interval is the same twice (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

const resamples = 2000;

/** As many values, drawn with replacement. */
function drawn(values: readonly number[], random: () => number): number[] {
  return values.map(() => values[Math.floor(random() * values.length)] as number);
}

/** The 95 % percentile interval of what `resample` gives. */
function interval(resample: (random: () => number) => number): [number, number] {
  const random = uniform(1);
  const sorted = Array.from({ length: resamples }, () => resample(random)).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (resamples - 1))] as number;
  return [at(0.025), at(0.975)];
}

/** The 95 % percentile bootstrap interval of the median. */
export const medianInterval = (values: readonly number[]): [number, number] =>
  interval((random) => median(drawn(values, random)));

/** That of the geometric mean of several medians; each of the lists is drawn from by itself. */
export const geometricMeanInterval = (lists: readonly (readonly number[])[]): [number, number] =>
  interval((random) => geometricMean(lists.map((values) => median(drawn(values, random)))));
