import { calling } from '../binding.ts';
import { checkShape, twoAxes } from '../shapes.ts';
import type { Tensor } from '../types.ts';

/** Row by row of x[N, classes]. */
export function softmaxForward(x: Tensor): Tensor {
  const [n, classes] = twoAxes('softmaxForward', 'x', x);
  return { data: calling((addon) => addon.softmaxForward({ n, classes }, x.data)), shape: x.shape };
}

/** dx from the forward pass' *output* y, and dy. */
export function softmaxBackward(y: Tensor, dy: Tensor): Tensor {
  const [n, classes] = twoAxes('softmaxBackward', 'y', y);
  checkShape('softmaxBackward', 'dy', dy, y.shape);
  return { data: calling((addon) => addon.softmaxBackward({ n, classes }, y.data, dy.data)), shape: y.shape };
}
