import { calling } from '../binding.ts';
import { checkShape, checkTensor } from '../shapes.ts';
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
