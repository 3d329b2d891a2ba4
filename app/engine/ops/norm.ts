import { calling, type Planes } from '../binding.ts';
import { checkShape, checkTensor, fourAxes, shapeMismatch } from '../shapes.ts';
import type { Tensor } from '../types.ts';

export interface BatchNormOptions {
  /** Default 1e-5. */
  epsilon?: number;
  /** Share of the batch in the running statistics that training gives. Default 0.1. */
  momentum?: number;
  /** True: by the statistics of this batch, which move the running ones; otherwise by those. Default false. */
  training?: boolean;
}

/** One number for each channel. */
export interface RunningStatistics {
  mean: Tensor;
  variance: Tensor;
}

/**
 * (x − mean) / √(variance + epsilon) · scale + shift, by channel: x[N, C, …], the rest [C]. Gives the running statistics
 * after the step too: training moves them, with the batch's variance over its count less one.
 */
export function batchNormForward(
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  running: RunningStatistics,
  options: BatchNormOptions = {},
): RunningStatistics & { y: Tensor } {
  const operator = 'batchNormForward';
  const geometry = planes(operator, x);
  const channels = [geometry.c];
  checkShape(operator, 'scale', scale, channels);
  checkShape(operator, 'shift', shift, channels);
  checkShape(operator, 'the running mean', running.mean, channels);
  checkShape(operator, 'the running variance', running.variance, channels);
  const { y, mean, variance } = calling((addon) =>
    addon.batchNormForward(
      { ...geometry, ...withDefaults(operator, options) },
      x.data,
      scale.data,
      shift.data,
      running.mean.data,
      running.variance.data,
    ),
  );
  return {
    y: { data: y, shape: x.shape },
    mean: { data: mean, shape: channels },
    variance: { data: variance, shape: channels },
  };
}

/** Gradients of x, scale and shift. `running` are the statistics that the forward pass took; training takes its own. */
export function batchNormBackward(
  x: Tensor,
  scale: Tensor,
  running: RunningStatistics,
  dy: Tensor,
  options: BatchNormOptions = {},
): { dx: Tensor; dscale: Tensor; dshift: Tensor } {
  const operator = 'batchNormBackward';
  const geometry = planes(operator, x);
  const channels = [geometry.c];
  checkShape(operator, 'scale', scale, channels);
  checkShape(operator, 'the running mean', running.mean, channels);
  checkShape(operator, 'the running variance', running.variance, channels);
  checkShape(operator, 'dy', dy, x.shape);
  const { dx, dscale, dshift } = calling((addon) =>
    addon.batchNormBackward(
      { ...geometry, ...withDefaults(operator, options) },
      x.data,
      scale.data,
      running.mean.data,
      running.variance.data,
      dy.data,
    ),
  );
  return {
    dx: { data: dx, shape: x.shape },
    dscale: { data: dscale, shape: channels },
    dshift: { data: dshift, shape: channels },
  };
}

/** Across channels as ONNX counts: channel c sees c − ⌊(size − 1) / 2⌋ … c + ⌈(size − 1) / 2⌉. */
export interface LrnOptions {
  size: number;
  /** Default 1e-4. */
  alpha?: number;
  /** Default 0.75. */
  beta?: number;
  /** Default 1. */
  bias?: number;
}

/** x[N, C, H, W] / (bias + alpha / size · Σ x²)^beta */
export function lrnForward(x: Tensor, options: LrnOptions): Tensor {
  const geometry = lrn('lrnForward', x, options);
  return { data: calling((addon) => addon.lrnForward(geometry, x.data)), shape: x.shape };
}

/** dx from x and dy. */
export function lrnBackward(x: Tensor, dy: Tensor, options: LrnOptions): Tensor {
  const geometry = lrn('lrnBackward', x, options);
  checkShape('lrnBackward', 'dy', dy, x.shape);
  return { data: calling((addon) => addon.lrnBackward(geometry, x.data, dy.data)), shape: x.shape };
}

function withDefaults(
  operator: string,
  { epsilon = 1e-5, momentum = 0.1, training = false }: BatchNormOptions,
): Required<BatchNormOptions> {
  if (!(epsilon > 0)) throw shapeMismatch(operator, `epsilon is ${epsilon}, but must be above 0`);
  if (!(momentum >= 0 && momentum <= 1)) {
    throw shapeMismatch(operator, `momentum is ${momentum}, but must be from 0 to 1`);
  }
  return { epsilon, momentum, training };
}

function planes(operator: string, x: Tensor): Planes {
  checkTensor(operator, 'x', x);
  const [n, c, ...pixels] = x.shape;
  if (n === undefined || c === undefined) throw shapeMismatch(operator, 'x must have two axes or more');
  return { n, c, hw: pixels.reduce((product, extent) => product * extent, 1) };
}

function lrn(
  operator: string,
  x: Tensor,
  { size, alpha = 1e-4, beta = 0.75, bias = 1 }: LrnOptions,
): Planes & Required<LrnOptions> {
  const [n, c, h, w] = fourAxes(operator, 'x', x);
  if (!Number.isInteger(size) || size < 1) {
    throw shapeMismatch(operator, `size is ${size}; a whole number from 1 on is expected`);
  }
  if (!(alpha >= 0 && bias > 0)) throw shapeMismatch(operator, 'alpha must be at least 0, and bias above 0');
  return { n, c, hw: h * w, size, alpha, beta, bias };
}
