import type { Parity } from '../../contract/index.ts';

/** Up to here logits may differ where none is greater than 10: some hundred roundings of float32, one after the other. */
const absolute = 1e-4;
/** Of the greatest logit, where it is greater than 10: rounding grows with the numbers that are added. */
const relative = 1e-5;

/**
 * How far a written model's logits lie from our own, one row of each for every picture. A number that is missing or not
 * finite counts as an infinite difference.
 */
export function compareLogits(
  ours: readonly Float32Array[],
  theirs: readonly Float32Array[],
): Omit<Parity, 'judge'> {
  let maxAbsDiff = ours.length === theirs.length ? 0 : Infinity;
  let greatest = 0;
  ours.forEach((row, picture) => {
    const other = theirs[picture] ?? new Float32Array();
    if (other.length !== row.length) maxAbsDiff = Infinity;
    row.forEach((logit, index) => {
      const difference = Math.abs(logit - (other[index] ?? NaN));
      maxAbsDiff = Math.max(maxAbsDiff, Number.isFinite(difference) ? difference : Infinity);
      if (Number.isFinite(logit)) greatest = Math.max(greatest, Math.abs(logit));
    });
  });
  return { maxAbsDiff, tolerance: Math.max(absolute, relative * greatest), images: ours.length };
}

/** Whether it is the same model, up to the rounding of float32. */
export const agrees = ({ maxAbsDiff, tolerance }: Omit<Parity, 'judge'>): boolean => maxAbsDiff <= tolerance;
