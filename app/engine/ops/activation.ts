import { calling } from '../binding.ts';
import { checkShape, checkTensor, shapeMismatch } from '../shapes.ts';
import type { Tensor } from '../types.ts';

type Kind = 'relu' | 'relu6' | 'sigmoid' | 'tanh';

const forward =
  (activation: Kind) =>
  (x: Tensor): Tensor => {
    checkTensor(`${activation}Forward`, 'x', x);
    const count = x.data.length;
    return {
      data: calling((addon) => addon.activationForward({ activation, count }, x.data)),
      shape: x.shape,
    };
  };

const backward =
  (activation: Kind) =>
  (y: Tensor, dy: Tensor): Tensor => {
    checkTensor(`${activation}Backward`, 'y', y);
    checkShape(`${activation}Backward`, 'dy', dy, y.shape);
    const count = y.data.length;
    return {
      data: calling((addon) => addon.activationBackward({ activation, count }, y.data, dy.data)),
      shape: y.shape,
    };
  };

/** max(x, 0), any shape. */
export const reluForward = forward('relu');
/** dx from the forward pass' *output* y, and dy; a gradient of 0 at 0. */
export const reluBackward = backward('relu');

/** min(max(x, 0), 6), any shape. */
export const relu6Forward = forward('relu6');
/** dx from the forward pass' *output* y, and dy; a gradient of 0 at 0 and at 6. */
export const relu6Backward = backward('relu6');

/** 1 / (1 + e⁻ˣ), any shape. */
export const sigmoidForward = forward('sigmoid');
/** dx from the forward pass' *output* y, and dy. */
export const sigmoidBackward = backward('sigmoid');

/** tanh x, any shape. */
export const tanhForward = forward('tanh');
/** dx from the forward pass' *output* y, and dy. */
export const tanhBackward = backward('tanh');

/** x where it is positive, otherwise slope · x; any shape. The slope is above 0. */
export function leakyReluForward(x: Tensor, slope: number): Tensor {
  checkTensor('leakyReluForward', 'x', x);
  checkSlope('leakyReluForward', slope);
  const count = x.data.length;
  return { data: calling((addon) => addon.leakyReluForward({ count, slope }, x.data)), shape: x.shape };
}

/** dx from the forward pass' *output* y, and dy. */
export function leakyReluBackward(y: Tensor, dy: Tensor, slope: number): Tensor {
  checkTensor('leakyReluBackward', 'y', y);
  checkShape('leakyReluBackward', 'dy', dy, y.shape);
  checkSlope('leakyReluBackward', slope);
  const count = y.data.length;
  return {
    data: calling((addon) => addon.leakyReluBackward({ count, slope }, y.data, dy.data)),
    shape: y.shape,
  };
}

/** x · clip(x / 6 + 1/2, 0, 1), any shape. */
export function hardSwishForward(x: Tensor): Tensor {
  checkTensor('hardSwishForward', 'x', x);
  const count = x.data.length;
  return { data: calling((addon) => addon.hardSwishForward({ count }, x.data)), shape: x.shape };
}

/** dx from the forward pass' *input* x, and dy: two inputs may give the same output. */
export function hardSwishBackward(x: Tensor, dy: Tensor): Tensor {
  checkTensor('hardSwishBackward', 'x', x);
  checkShape('hardSwishBackward', 'dy', dy, x.shape);
  const count = x.data.length;
  return { data: calling((addon) => addon.hardSwishBackward({ count }, x.data, dy.data)), shape: x.shape };
}

/** clip(x / 6 + 1/2, 0, 1), any shape. */
export function hardSigmoidForward(x: Tensor): Tensor {
  checkTensor('hardSigmoidForward', 'x', x);
  const count = x.data.length;
  return { data: calling((addon) => addon.hardSigmoidForward({ count }, x.data)), shape: x.shape };
}

/** dx from the forward pass' *output* y, and dy. */
export function hardSigmoidBackward(y: Tensor, dy: Tensor): Tensor {
  checkTensor('hardSigmoidBackward', 'y', y);
  checkShape('hardSigmoidBackward', 'dy', dy, y.shape);
  const count = y.data.length;
  return { data: calling((addon) => addon.hardSigmoidBackward({ count }, y.data, dy.data)), shape: y.shape };
}

/** min(max(x, least), greatest), any shape. */
export function clipForward(x: Tensor, least: number, greatest: number): Tensor {
  checkTensor('clipForward', 'x', x);
  checkLimits('clipForward', least, greatest);
  const count = x.data.length;
  return {
    data: calling((addon) => addon.clipForward({ count, least, greatest }, x.data)),
    shape: x.shape,
  };
}

/** dx from the forward pass' *input* x, and dy; at the limits themselves it is dy. */
export function clipBackward(x: Tensor, dy: Tensor, least: number, greatest: number): Tensor {
  checkTensor('clipBackward', 'x', x);
  checkShape('clipBackward', 'dy', dy, x.shape);
  checkLimits('clipBackward', least, greatest);
  const count = x.data.length;
  return {
    data: calling((addon) => addon.clipBackward({ count, least, greatest }, x.data, dy.data)),
    shape: x.shape,
  };
}

function checkLimits(operator: string, least: number, greatest: number): void {
  if (!(least <= greatest)) {
    throw shapeMismatch(operator, `nothing lies between ${least} and ${greatest}`);
  }
}

/** The output tells the input's sign only while the slope is positive. */
function checkSlope(operator: string, slope: number): void {
  if (!(slope > 0)) throw shapeMismatch(operator, `its slope is ${slope}, but must be above 0`);
}
