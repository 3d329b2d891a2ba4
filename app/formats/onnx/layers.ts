import type { Layer } from '../../contract/index.ts';
import { attributeType, type AttributeProto, type NodeProto } from './schema.ts';

/** The names of a layer's parameters, in the order in which its node reads them. */
export function parameterNames(layer: Layer): string[] {
  if (layer.op === 'batchNorm2d') {
    return ['weight', 'bias', 'running_mean', 'running_var'].map((name) => `${layer.id}.${name}`);
  }
  if (layer.op !== 'conv2d' && layer.op !== 'dense') return [];
  return layer.bias ? [`${layer.id}.weight`, `${layer.id}.bias`] : [`${layer.id}.weight`];
}

/** Scalars that ReLU6 is clipped to: from opset 11 on, the limits of Clip are inputs. */
export const limits = { least: 'relu6/least', greatest: 'relu6/greatest' } as const;

/** A layer as one node of opset 17, from the values `inputs` to the value `output`. */
export function layerNode(layer: Layer, inputs: readonly string[], output: string): NodeProto {
  const { opType, attribute } = operator(layer);
  return {
    name: layer.id,
    opType,
    input: [...inputs, ...parameterNames(layer), ...(layer.op === 'relu6' ? Object.values(limits) : [])],
    output: [output],
    ...(attribute && { attribute }),
  };
}

function operator(layer: Layer): { opType: string; attribute?: AttributeProto[] } {
  switch (layer.op) {
    case 'conv2d':
      return {
        opType: 'Conv',
        attribute: [
          ints('kernel_shape', layer.kernel),
          ints('strides', layer.stride),
          // Both say top, left, bottom, right.
          ints('pads', layer.padding),
          ints('dilations', layer.dilation),
          int('group', layer.groups),
        ],
      };
    case 'maxPool2d':
      return { opType: 'MaxPool', attribute: pooling(layer) };
    case 'avgPool2d':
      // The engine divides by the whole window, padding counted, as PyTorch does.
      return { opType: 'AveragePool', attribute: [...pooling(layer), int('count_include_pad', 1)] };
    case 'globalAvgPool':
      return { opType: 'GlobalAveragePool' };
    case 'batchNorm2d':
      return { opType: 'BatchNormalization', attribute: [float('epsilon', layer.epsilon)] };
    case 'lrn':
      return {
        opType: 'LRN',
        attribute: [
          float('alpha', layer.alpha),
          float('beta', layer.beta),
          float('bias', layer.bias),
          int('size', layer.size),
        ],
      };
    case 'dropout':
      return { opType: 'Identity' };
    case 'add':
      return { opType: 'Sum' };
    case 'concat':
      return { opType: 'Concat', attribute: [int('axis', 1)] };
    case 'relu6':
      return { opType: 'Clip' };
    case 'leakyRelu':
      return { opType: 'LeakyRelu', attribute: [float('alpha', layer.slope)] };
    case 'hardSwish':
      return { opType: 'HardSwish' };
    case 'relu':
      return { opType: 'Relu' };
    case 'sigmoid':
      return { opType: 'Sigmoid' };
    case 'tanh':
      return { opType: 'Tanh' };
    case 'flatten':
      return { opType: 'Flatten', attribute: [int('axis', 1)] };
    case 'dense':
      // Weights are [out, in].
      return { opType: 'Gemm', attribute: [int('transB', 1)] };
  }
}

function pooling({ window, stride, padding }: Extract<Layer, { op: 'maxPool2d' | 'avgPool2d' }>) {
  return [ints('kernel_shape', window), ints('strides', stride), ints('pads', [...padding, ...padding])];
}

/** proto3 leaves a zero out of the file, which some readers take for an attribute without a value: none is written. */
const int = (name: string, i: number): AttributeProto => ({ name, type: attributeType.int, i });

const float = (name: string, f: number): AttributeProto => ({ name, type: attributeType.float, f });

export const ints = (name: string, values: readonly number[]): AttributeProto => ({
  name,
  type: attributeType.ints,
  ints: [...values],
});
