import { calling, type Conv2dGeometry } from '../binding.ts';
import { checkShape, checkWhole, fourAxes, positions, shapeMismatch, type Shape4 } from '../shapes.ts';
import type { LayerGradients, Tensor } from '../types.ts';

/** All default to what a plain convolution has: stride 1, no padding, dilation 1, one group. */
export interface Conv2dOptions {
  stride?: readonly [number, number];
  /** top, left, bottom, right */
  padding?: Shape4;
  dilation?: readonly [number, number];
  groups?: number;
}

/** y[N, K, oh, ow] = conv(x[N, C, H, W], weights[K, C/groups, kh, kw]) + bias[K]; cross-correlation, as in PyTorch. */
export function conv2dForward(
  x: Tensor,
  weights: Tensor,
  bias: Tensor | null,
  options: Conv2dOptions = {},
): Tensor {
  const { geometry, shape } = plan('conv2dForward', x, weights, options);
  if (bias !== null) checkShape('conv2dForward', 'bias', bias, [geometry.filters]);
  const data = calling((addon) =>
    addon.conv2dForward(geometry, x.data, weights.data, bias === null ? null : bias.data),
  );
  return { data, shape };
}

/** Gradients of x, weights and bias from dy[N, K, oh, ow]. */
export function conv2dBackward(
  x: Tensor,
  weights: Tensor,
  dy: Tensor,
  options: Conv2dOptions = {},
): LayerGradients {
  const { geometry, shape } = plan('conv2dBackward', x, weights, options);
  checkShape('conv2dBackward', 'dy', dy, shape);
  const { dx, dweights, dbias } = calling((addon) =>
    addon.conv2dBackward(geometry, x.data, weights.data, dy.data),
  );
  return {
    dx: { data: dx, shape: x.shape },
    dweights: { data: dweights, shape: weights.shape },
    dbias: { data: dbias, shape: [geometry.filters] },
  };
}

function plan(
  operator: string,
  x: Tensor,
  weights: Tensor,
  { stride = [1, 1], padding = [0, 0, 0, 0], dilation = [1, 1], groups = 1 }: Conv2dOptions,
): { geometry: Conv2dGeometry; shape: Shape4 } {
  const pictures = fourAxes(operator, 'x', x);
  const [n, c, h, w] = pictures;
  const [filters, groupChannels, kh, kw] = fourAxes(operator, 'weights', weights);
  checkWhole(operator, 'stride', stride, 1);
  checkWhole(operator, 'padding', padding, 0);
  checkWhole(operator, 'dilation', dilation, 1);
  checkWhole(operator, 'groups', [groups], 1);
  if (c !== groupChannels * groups || filters % groups !== 0) {
    throw shapeMismatch(
      operator,
      `${c} channels do not go into ${filters} filters of ${groupChannels} channels in ${groups} groups`,
    );
  }
  const [top, left, bottom, right] = padding;
  const oh = positions(operator, h + top + bottom, dilation[0] * (kh - 1) + 1, stride[0]);
  const ow = positions(operator, w + left + right, dilation[1] * (kw - 1) + 1, stride[1]);
  return {
    geometry: { x: pictures, filters, kernel: [kh, kw], stride, padding, dilation, groups },
    shape: [n, filters, oh, ow],
  };
}
