/** The greatest difference of logits at which a written model still counts as the same model. */
const tolerance = 1e-4;

/** Whether an export answers as Tessera does, up to the rounding of float32. */
export const agrees = (maxAbsDiff: number): boolean => maxAbsDiff <= tolerance;

/** A difference as people write small numbers: `2.1e-6`, and `0` when there is none. */
export const differenceText = (maxAbsDiff: number): string =>
  maxAbsDiff === 0 ? '0' : maxAbsDiff.toExponential(1).replace('-', '−');
