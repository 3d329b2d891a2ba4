import { calling } from '../binding.ts';
import { checkShape, shapeMismatch, twoAxes } from '../shapes.ts';
import type { Tensor } from '../types.ts';

export interface GemmOptions {
  transA?: boolean;
  transB?: boolean;
  /** Default 1. */
  alpha?: number;
  /** What is left of `c`; default 0, and 1 where there is a `c`. */
  beta?: number;
  c?: Tensor;
}

/** alpha · op(a)[M, K] · op(b)[K, N] + beta · c[M, N]; op transposes where asked. `c` itself is not changed. */
export function gemm(a: Tensor, b: Tensor, options: GemmOptions = {}): Tensor {
  const { transA = false, transB = false, alpha = 1, c, beta = c === undefined ? 0 : 1 } = options;
  const [aRows, aColumns] = twoAxes('gemm', 'a', a);
  const [bRows, bColumns] = twoAxes('gemm', 'b', b);
  const [m, k] = transA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, n] = transB ? [bColumns, bRows] : [bRows, bColumns];
  if (k !== inner) throw shapeMismatch('gemm', `${m} × ${k} cannot be multiplied by ${inner} × ${n}`);
  if (c !== undefined) checkShape('gemm', 'c', c, [m, n]);
  const geometry = { transA, transB, m, n, k, alpha, beta };
  return {
    data: calling((addon) => addon.gemm(geometry, a.data, b.data, c === undefined ? null : c.data)),
    shape: [m, n],
  };
}
