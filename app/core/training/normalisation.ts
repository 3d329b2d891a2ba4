import type { Normalisation } from './plan.ts';

/**
 * Brings bytes 0…255 to −1…1 in every channel. The same for every data set, so that it is known before the first
 * picture is decoded and a frozen plan never waits for pixels.
 */
export function centredNormalisation(channels: number): Normalisation {
  return { mean: new Array<number>(channels).fill(0.5), std: new Array<number>(channels).fill(0.5) };
}
