import type { Speeds } from '../../contract/index.ts';

export type { Speeds };

/** A rate between those that were measured, along a straight line over the logarithm of the channels. */
export function rateAt(
  measured: readonly (readonly [channels: number, rate: number])[],
  channels: number,
): number {
  const [first, ...rest] = measured;
  if (first === undefined) throw new Error('no rate was measured');
  if (channels <= first[0]) return first[1];
  let before = first;
  for (const next of rest) {
    if (channels <= next[0]) {
      const share = Math.log(channels / before[0]) / Math.log(next[0] / before[0]);
      return before[1] + share * (next[1] - before[1]);
    }
    before = next;
  }
  return before[1];
}
