import type { Layer, SingleOp } from '../../../contract/index.ts';
import type { Unplaced } from '../graph-builder.ts';
import type { Shape } from '../shapes.ts';

/** Filters of a convolution that reads the picture; elsewhere it gives as many channels as it takes. */
const firstFilters = 16;

const names: Partial<Record<Layer['op'], string>> = {
  conv2d: 'conv',
  dense: 'fc',
  batchNorm2d: 'norm',
  maxPool2d: 'pool',
  avgPool2d: 'pool',
  globalAvgPool: 'average',
  pad2d: 'pad',
};

/** What a new layer of this kind is called before it gets a number. */
export const usualName = (op: Layer['op']): string => names[op] ?? op;

/** Padded so that it keeps the size at stride 1. */
export function convolution(filters: number, kernel: number, stride: number): Unplaced {
  const border = Math.floor(kernel / 2);
  return {
    op: 'conv2d',
    filters,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [border, border, border, border],
    dilation: [1, 1],
    groups: 1,
    bias: true,
  };
}

/**
 * A new layer of a kind as it is first put in: it keeps the shape that it gets, where its kind can, so that what comes after it
 * still fits. `shape` is what it will read, null where that is not known.
 */
export function newLayer(op: SingleOp, shape: Shape | null, isFirst: boolean, classes: number): Unplaced {
  switch (op) {
    case 'conv2d':
      return convolution(isFirst ? firstFilters : (shape?.[0] ?? firstFilters), 3, 1);
    case 'dense':
      return { op, units: shape?.length === 1 ? (shape[0] ?? classes) : classes, bias: true };
    case 'batchNorm2d':
      return { op, epsilon: 1e-5, momentum: 0.1 };
    case 'maxPool2d':
    case 'avgPool2d':
      return { op, window: [2, 2], stride: [2, 2], padding: [0, 0] };
    case 'lrn':
      return { op, size: 5, alpha: 1e-4, beta: 0.75, bias: 1 };
    case 'dropout':
      return { op, rate: 0.5 };
    case 'leakyRelu':
      return { op, slope: 0.01 };
    case 'pad2d':
      return { op, padding: [1, 1, 1, 1] };
    case 'globalAvgPool':
    case 'flatten':
    case 'relu':
    case 'relu6':
    case 'hardSwish':
    case 'hardSigmoid':
    case 'sigmoid':
    case 'tanh':
    case 'softmax':
      return { op };
  }
}
