import { calling } from '../binding.ts';
import { checkShape, checkWhole, fourAxes, type Shape4 } from '../shapes.ts';
import type { Tensor } from '../types.ts';

/** x[N, C, H, W] in a frame of one value; `padding` is top, left, bottom, right. */
export function pad2dForward(x: Tensor, padding: Shape4, value = 0): Tensor {
  const pictures = fourAxes('pad2dForward', 'x', x);
  checkWhole('pad2dForward', 'padding', padding, 0);
  const data = calling((addon) => addon.pad2dForward({ x: pictures, padding, value }, x.data));
  return { data, shape: padded(pictures, padding) };
}

/** dx in the shape of `x`: the frame is cut off dy. */
export function pad2dBackward(x: Tensor, dy: Tensor, padding: Shape4): Tensor {
  const pictures = fourAxes('pad2dBackward', 'x', x);
  checkWhole('pad2dBackward', 'padding', padding, 0);
  checkShape('pad2dBackward', 'dy', dy, padded(pictures, padding));
  return {
    data: calling((addon) => addon.pad2dBackward({ x: pictures, padding, value: 0 }, dy.data)),
    shape: pictures,
  };
}

const padded = ([n, c, h, w]: Shape4, [top, left, bottom, right]: Shape4): Shape4 => [
  n,
  c,
  h + top + bottom,
  w + left + right,
];
