import type { Parity } from '../../../app/contract/index.ts';

/** Whether an export answers as Tessera does, up to the rounding of float32. */
export const agrees = ({ maxAbsDiff, tolerance }: Pick<Parity, 'maxAbsDiff' | 'tolerance'>): boolean =>
  maxAbsDiff <= tolerance;

/** A difference as people write small numbers: `2.1e−6`, and `0` when there is none. */
export const differenceText = (maxAbsDiff: number): string =>
  maxAbsDiff === 0 ? '0' : maxAbsDiff.toExponential(1).replace('-', '−');
