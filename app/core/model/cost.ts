import type { LayerInfo } from '../../contract/index.ts';
import type { LayerShapes, Shape } from './shapes.ts';

/**
 * What a layer costs: its learned numbers, and the multiply-adds for one picture, forward. Only those that go through
 * weights are counted, as it is usual; additions of the bias, pooling and activations are small beside them.
 */
export function layerInfo({ layer, input, output }: Omit<LayerShapes, 'inputs'>): LayerInfo {
  return {
    id: layer.id,
    op: layer.op,
    inputShape: [...input],
    outputShape: [...output],
    ...layerCost({ layer, input, output }),
  };
}

function layerCost({ layer, input, output }: Omit<LayerShapes, 'inputs'>): {
  parameters: number;
  multiplyAdds: number;
} {
  switch (layer.op) {
    case 'conv2d': {
      const windowSize = (first(input) / layer.groups) * layer.kernel[0] * layer.kernel[1];
      return weighted(
        windowSize * layer.filters,
        layer.bias ? layer.filters : 0,
        windowSize * elements(output),
      );
    }
    case 'dense': {
      const weights = elements(input) * layer.units;
      return weighted(weights, layer.bias ? layer.units : 0, weights);
    }
    case 'batchNorm2d':
      // Running statistics are not learned; scale and shift become part of a convolution in the end.
      return weighted(first(input), first(input), 0);
    case 'maxPool2d':
    case 'avgPool2d':
    case 'globalAvgPool':
    case 'lrn':
    case 'dropout':
    case 'add':
    case 'concat':
    case 'relu':
    case 'relu6':
    case 'leakyRelu':
    case 'hardSwish':
    case 'hardSigmoid':
    case 'softmax':
    case 'pad2d':
    case 'mul':
    case 'sigmoid':
    case 'tanh':
    case 'flatten':
      return { parameters: 0, multiplyAdds: 0 };
  }
}

const weighted = (weights: number, biases: number, multiplyAdds: number) => ({
  parameters: weights + biases,
  multiplyAdds,
});
const first = (shape: Shape): number => shape[0] ?? 0;
const elements = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);
