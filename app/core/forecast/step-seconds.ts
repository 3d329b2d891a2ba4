import type { Graph, Layer } from '../../contract/index.ts';
import { inferShapes, type LayerShapes, type Shape } from '../model/shapes.ts';
import { rateAt, type Speeds } from './speeds.ts';

const elements = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/**
 * Seconds of one training step, forward, backward and update, as the sum over the layers of what their kind takes on this
 * computer. Throws `graphInvalid`.
 */
export function stepSeconds(graph: Graph, batch: number, speeds: Speeds): number {
  return inferShapes(graph).reduce((sum, shapes) => sum + layerSeconds(shapes, batch, speeds), speeds.step);
}

function layerSeconds({ layer, input, output }: LayerShapes, batch: number, speeds: Speeds): number {
  switch (layer.op) {
    case 'conv2d':
      return convolutionSeconds(layer, input, output, batch, speeds);
    case 'dense': {
      const weights = elements(input) * layer.units;
      return weights * (speeds.denseWeight + batch * speeds.denseProduct);
    }
    case 'batchNorm2d':
      return batch * elements(output) * speeds.norm;
    case 'maxPool2d':
    case 'avgPool2d':
    case 'globalAvgPool':
      return batch * elements(input) * speeds.pool;
    case 'lrn':
      return batch * elements(output) * speeds.lrn;
    case 'add':
    case 'mul':
    case 'concat':
    case 'pad2d':
    case 'dropout':
    case 'leakyRelu':
    case 'hardSwish':
    case 'hardSigmoid':
    case 'sigmoid':
    case 'tanh':
      return batch * elements(output) * speeds.join;
    // They work in place, with the layer that they read, and are in its time.
    case 'relu':
    case 'relu6':
    case 'flatten':
    case 'softmax':
      return 0;
  }
}

/** `convolution3`: 3 × 3 and 5 × 5 by single steps, which Winograd makes cheaper. */
export function kindOfConvolution(
  layer: Extract<Layer, { op: 'conv2d' }>,
): 'convolution3' | 'convolution1' | 'convolutionOther' | 'depthwise' {
  const [height, width] = layer.kernel;
  const isStepByStep = layer.stride[0] === 1 && layer.stride[1] === 1;
  if (layer.groups > 1) return 'depthwise';
  if (height === 1 && width === 1) return 'convolution1';
  return isStepByStep && height === width && (height === 3 || height === 5)
    ? 'convolution3'
    : 'convolutionOther';
}

function convolutionSeconds(
  layer: Extract<Layer, { op: 'conv2d' }>,
  input: Shape,
  output: Shape,
  batch: number,
  speeds: Speeds,
): number {
  const channels = input[0] ?? 1;
  const window = (channels / layer.groups) * layer.kernel[0] * layer.kernel[1];
  const products = batch * elements(output) * window;
  const kind = kindOfConvolution(layer);
  const weights = window * layer.filters;
  const update = weights * (kind === 'convolution3' ? speeds.convolutionWeight : speeds.denseWeight);
  if (kind === 'depthwise') return 3 * products * speeds.depthwise + update;
  // No gradient is taken back into the picture, and few channels fill few lanes.
  if (layer.input === 'input') return (2 * products) / speeds.first + update;
  const paid = kind === 'convolution3' ? products * tiling(output) : products;
  return (3 * paid) / rateAt(speeds[kind], Math.sqrt(channels * layer.filters)) + update;
}

/** Side of the squares that Winograd makes at once. */
const tile = 4;
/** Where less of the squares would be filled, another way is taken. */
const leastFilled = 0.38;

/** How many numbers are made for each one of a plane: squares at its edge cost as much as whole ones. */
export function tiling([, height = 1, width = 1]: Shape): number {
  const paid = Math.ceil(height / tile) * Math.ceil(width / tile) * tile ** 2;
  return Math.min(1 / leastFilled, paid / (height * width));
}
