import { calling, type Pool2dGeometry } from '../binding.ts';
import {
  checkShape,
  checkWhole,
  fourAxes,
  positions,
  shapeMismatch,
  sizeOf,
  type Shape4,
} from '../shapes.ts';
import type { Tensor } from '../types.ts';

export interface Pool2dOptions {
  window: readonly [number, number];
  /** Default: the window. */
  stride?: readonly [number, number];
  /** Height, width, on both sides, or top, left, bottom, right; less than the window. Default none. */
  padding?: readonly [number, number] | Shape4;
  /** Average pooling only: whether padding counts as zeros of the mean. Default true, as in PyTorch. */
  countIncludePad?: boolean;
  /** Whether a last window may reach over the edge, where it begins before it. Default false. */
  ceilMode?: boolean;
}

/** Greatest value under each window. `argmax` [N, C, oh, ow] is its place there, row · width + column. */
export function maxPool2dForward(x: Tensor, options: Pool2dOptions): { y: Tensor; argmax: Uint16Array } {
  const { geometry, shape } = plan('maxPool2dForward', x, options);
  const { y, argmax } = calling((addon) => addon.maxPool2dForward(geometry, x.data));
  return { y: { data: y, shape }, argmax };
}

/** dx in the shape of `x`, from dy[N, C, oh, ow] and what the forward pass gave. */
export function maxPool2dBackward(
  x: Tensor,
  dy: Tensor,
  argmax: Uint16Array,
  options: Pool2dOptions,
): Tensor {
  const { geometry, shape } = plan('maxPool2dBackward', x, options);
  checkShape('maxPool2dBackward', 'dy', dy, shape);
  if (argmax.length !== sizeOf(shape)) {
    throw shapeMismatch('maxPool2dBackward', `argmax holds ${argmax.length} places, not ${sizeOf(shape)}`);
  }
  return { data: calling((addon) => addon.maxPool2dBackward(geometry, dy.data, argmax)), shape: x.shape };
}

/** Mean under each window. */
export function avgPool2dForward(x: Tensor, options: Pool2dOptions): Tensor {
  const { geometry, shape } = plan('avgPool2dForward', x, options);
  return { data: calling((addon) => addon.avgPool2dForward(geometry, x.data)), shape };
}

/** dx in the shape of `x`, from dy[N, C, oh, ow]. */
export function avgPool2dBackward(x: Tensor, dy: Tensor, options: Pool2dOptions): Tensor {
  const { geometry, shape } = plan('avgPool2dBackward', x, options);
  checkShape('avgPool2dBackward', 'dy', dy, shape);
  return { data: calling((addon) => addon.avgPool2dBackward(geometry, dy.data)), shape: x.shape };
}

/** The mean of each channel: [N, C, H, W] → [N, C]. */
export function globalAvgPoolForward(x: Tensor): Tensor {
  const [n, c, h, w] = fourAxes('globalAvgPoolForward', 'x', x);
  return {
    data: calling((addon) => addon.globalAvgPoolForward({ x: [n, c, h, w] }, x.data)),
    shape: [n, c],
  };
}

/** dx in the shape of `x`, from dy[N, C]. */
export function globalAvgPoolBackward(x: Tensor, dy: Tensor): Tensor {
  const [n, c, h, w] = fourAxes('globalAvgPoolBackward', 'x', x);
  checkShape('globalAvgPoolBackward', 'dy', dy, [n, c]);
  return {
    data: calling((addon) => addon.globalAvgPoolBackward({ x: [n, c, h, w] }, dy.data)),
    shape: x.shape,
  };
}

function plan(
  operator: string,
  x: Tensor,
  { window, stride = window, padding = [0, 0], countIncludePad = true, ceilMode = false }: Pool2dOptions,
): { geometry: Pool2dGeometry; shape: Shape4 } {
  const pictures = fourAxes(operator, 'x', x);
  const [n, c, h, w] = pictures;
  checkWhole(operator, 'window', window, 1);
  checkWhole(operator, 'stride', stride, 1);
  checkWhole(operator, 'padding', padding, 0);
  const [top, left, bottom = top, right = left] = padding;
  // Otherwise a window could lie on padding alone, which has no greatest pixel and no mean.
  if (Math.max(top, bottom) >= window[0] || Math.max(left, right) >= window[1]) {
    throw shapeMismatch(operator, 'padding must be less than the window');
  }
  if (window[0] * window[1] > 65_535) throw shapeMismatch(operator, 'its window has over 65,535 pixels');
  const along = (begin: number, end: number, window: number, stride: number): number => {
    const inside = positions(operator, begin + end, window, stride);
    const isLeft = (begin + end - window) % stride !== 0;
    return ceilMode && isLeft && inside * stride < begin ? inside + 1 : inside;
  };
  const oh = along(top + h, bottom, window[0], stride[0]);
  const ow = along(left + w, right, window[1], stride[1]);
  return {
    geometry: {
      x: pictures,
      window,
      stride,
      padding: [top, left, bottom, right],
      countIncludePad,
      ceilMode,
    },
    shape: [n, c, oh, ow],
  };
}
