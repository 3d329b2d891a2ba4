import { calling } from '../binding.ts';
import { checkTensor, shapeMismatch } from '../shapes.ts';
import type { Tensor } from '../types.ts';

/**
 * x / (1 − rate) where the seed's mask keeps a number, otherwise 0; any shape. The mask hangs on seed and place alone, so
 * that the same call with dy gives dx.
 */
export function dropout(x: Tensor, rate: number, seed: number): Tensor {
  checkTensor('dropout', 'x', x);
  if (!(rate >= 0 && rate < 1))
    throw shapeMismatch('dropout', `rate is ${rate}, but must be from 0 to below 1`);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw shapeMismatch('dropout', `seed is ${seed}; a whole number from 0 to 2⁵³ − 1 is expected`);
  }
  const count = x.data.length;
  return { data: calling((addon) => addon.dropout({ count, rate, seed }, x.data)), shape: x.shape };
}
