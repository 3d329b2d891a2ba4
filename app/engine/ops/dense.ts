import { calling } from '../binding.ts';
import { checkShape, shapeMismatch, twoAxes } from '../shapes.ts';
import type { LayerGradients, Tensor } from '../types.ts';

/** y[N, out] = x[N, in] · weights[out, in]ᵀ + bias[out] */
export function denseForward(x: Tensor, weights: Tensor, bias: Tensor | null): Tensor {
  const geometry = plan('denseForward', x, weights);
  if (bias !== null) checkShape('denseForward', 'bias', bias, [geometry.out]);
  const data = calling((addon) =>
    addon.denseForward(geometry, x.data, weights.data, bias === null ? null : bias.data),
  );
  return { data, shape: [geometry.n, geometry.out] };
}

/** Gradients of x, weights and bias from dy[N, out]. */
export function denseBackward(x: Tensor, weights: Tensor, dy: Tensor): LayerGradients {
  const geometry = plan('denseBackward', x, weights);
  checkShape('denseBackward', 'dy', dy, [geometry.n, geometry.out]);
  const { dx, dweights, dbias } = calling((addon) =>
    addon.denseBackward(geometry, x.data, weights.data, dy.data),
  );
  return {
    dx: { data: dx, shape: x.shape },
    dweights: { data: dweights, shape: weights.shape },
    dbias: { data: dbias, shape: [geometry.out] },
  };
}

function plan(operator: string, x: Tensor, weights: Tensor): { n: number; in: number; out: number } {
  const [n, features] = twoAxes(operator, 'x', x);
  const [out, expected] = twoAxes(operator, 'weights', weights);
  if (features !== expected) {
    throw shapeMismatch(operator, `x has ${features} features, but the weights take ${expected}`);
  }
  return { n, in: features, out };
}
