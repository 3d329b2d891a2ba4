import type { Histogram, LayerOp } from '../../contract/index.ts';

const bins = 32;
/** As near as this to an end, a sigmoid or tanh has next to no slope. */
const nearEnd = 0.01;

/** Of all finite values. */
export function histogramOf(values: Float32Array): Histogram {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const counts = new Array<number>(bins).fill(0);
  if (min > max) return { min: 0, max: 0, counts };
  const perUnit = bins / (max - min);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = max === min ? 0 : Math.min(bins - 1, Math.floor((value - min) * perUnit));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { min, max, counts };
}

/** Of [N, C, …]: marks the channels in `lives` that are above 0 in any picture and place. */
export function markLiving(
  lives: Uint8Array,
  values: Float32Array,
  [count = 0, channels = 0]: readonly number[],
): void {
  const each = values.length / (count * channels);
  for (let channel = 0; channel < channels; channel++) {
    for (let picture = 0; picture < count && lives[channel] === 0; picture++) {
      const from = (picture * channels + channel) * each;
      if (values.subarray(from, from + each).some((value) => value > 0)) lives[channel] = 1;
    }
  }
}

/** The share of channels that nothing marked. */
export const deadShare = (lives: Uint8Array): number =>
  lives.reduce((dead, marked) => dead + (marked === 0 ? 1 : 0), 0) / lives.length;

/** The share of numbers that lie near an end of a sigmoid or tanh; null for other layers. */
export function saturatedShare(op: LayerOp, values: Float32Array): number | null {
  if (op !== 'sigmoid' && op !== 'tanh') return null;
  const low = op === 'sigmoid' ? 0 : -1;
  const margin = nearEnd * (1 - low);
  let near = 0;
  for (const value of values) if (value < low + margin || value > 1 - margin) near++;
  return near / values.length;
}
