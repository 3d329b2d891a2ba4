import type { Layer } from '../../contract/index.ts';
import { attributeType, type AttributeProto, type NodeProto, type TensorProto } from './schema.ts';
import { floatTensor, int64Tensor } from './tensors.ts';

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

/** What a layer becomes: nodes of opset 17, and what they read besides values and parameters. */
export interface LayerNodes {
  nodes: NodeProto[];
  constants: TensorProto[];
}

type Pool = Extract<Layer, { op: 'maxPool2d' | 'avgPool2d' }>;
/** top, left, bottom, right */
type Sides = readonly [number, number, number, number];

/** A layer from the values `inputs`, the first of `shape` without the batch, to the value `output`. */
export function layerNodes(
  layer: Layer,
  inputs: readonly string[],
  output: string,
  shape: readonly number[],
): LayerNodes {
  if (layer.op === 'pad2d') return padNode(layer.id, inputs, output, layer.padding, layer.id);
  const pool = layer.op === 'maxPool2d' || layer.op === 'avgPool2d' ? layer : null;
  const over = pool?.ceilMode === true ? overTheEdge(pool, shape) : ([0, 0] as const);
  if (pool === null || (over[0] === 0 && over[1] === 0)) {
    return { nodes: [layerNode(layer, inputs, output)], constants: [] };
  }
  // Readers of ONNX disagree about ceil_mode where the last window would begin behind the picture, and about what is over
  // the edge of a mean: instead, as much padding is written as the last window needs.
  const [height, width] = pool.padding;
  if (pool.op === 'maxPool2d' || pool.countIncludePad === false) {
    const pads = [height, width, height + over[0], width + over[1]] as const;
    return { nodes: [layerNode(layer, inputs, output, pads)], constants: [] };
  }
  // A mean that counts padding, but not what is over the edge: the former becomes zeros of the picture.
  const padded = `${layer.id}/padded`;
  const { nodes, constants } = padNode(layer.id, inputs, padded, [height, width, height, width]);
  const mean = layerNode({ ...pool, countIncludePad: false }, [padded], output, [0, 0, ...over]);
  return { nodes: [...nodes, mean], constants };
}

/** How far the last window reaches over the padded picture, in height and width. */
function overTheEdge({ window, stride, padding }: Pool, [, ...size]: readonly number[]): [number, number] {
  const along = (axis: 0 | 1): number => {
    const begin = (size[axis] ?? 0) + padding[axis];
    const padded = begin + padding[axis];
    const next = (Math.floor((padded - window[axis]) / stride[axis]) + 1) * stride[axis];
    return (padded - window[axis]) % stride[axis] !== 0 && next < begin ? next + window[axis] - padded : 0;
  };
  return [along(0), along(1)];
}

/**
 * ONNX Runtime takes a frame of exact zeros into a pool behind it as the pool's own padding, which is −∞ for a greatest
 * value and not counted by some means. A number far below any rounding keeps the two apart and changes no sum.
 */
const almostZero = 1e-30;

/** Zeros around pictures. Of a pool it has no name: the pool's own node has it. */
function padNode(
  id: string,
  inputs: readonly string[],
  output: string,
  sides: Sides,
  name?: string,
): LayerNodes {
  const pads = `${id}/pads`;
  const border = `${id}/border`;
  const [top, left, bottom, right] = sides;
  return {
    nodes: [
      {
        ...(name !== undefined && { name }),
        opType: 'Pad',
        input: [...inputs, pads, border],
        output: [output],
      },
    ],
    constants: [
      int64Tensor(pads, [0, 0, top, left, 0, 0, bottom, right]),
      floatTensor(border, { data: Float32Array.of(almostZero), shape: [] }),
    ],
  };
}

/** `pads` of a pool where they are not the layer's own. */
function layerNode(
  layer: Exclude<Layer, { op: 'pad2d' }>,
  inputs: readonly string[],
  output: string,
  pads?: Sides,
): NodeProto {
  const { opType, attribute } = operator(layer, pads);
  return {
    name: layer.id,
    opType,
    input: [...inputs, ...parameterNames(layer), ...(layer.op === 'relu6' ? Object.values(limits) : [])],
    output: [output],
    ...(attribute && { attribute }),
  };
}

function operator(
  layer: Exclude<Layer, { op: 'pad2d' }>,
  pads?: Sides,
): { opType: string; attribute?: AttributeProto[] } {
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
      return { opType: 'MaxPool', attribute: pooling(layer, pads) };
    case 'avgPool2d':
      // ONNX leaves padding out of the mean unless it is told so.
      return {
        opType: 'AveragePool',
        attribute: [
          ...pooling(layer, pads),
          ...(layer.countIncludePad === false ? [] : [int('count_include_pad', 1)]),
        ],
      };
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
    case 'hardSigmoid':
      return { opType: 'HardSigmoid', attribute: [float('alpha', 1 / 6), float('beta', 0.5)] };
    case 'softmax':
      return { opType: 'Softmax', attribute: [int('axis', 1)] };
    case 'mul':
      return { opType: 'Mul' };
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

function pooling({ window, stride, padding }: Pool, pads: Sides = [...padding, ...padding]) {
  return [ints('kernel_shape', window), ints('strides', stride), ints('pads', pads)];
}

/** proto3 leaves a zero out of the file, which some readers take for an attribute without a value: none is written. */
const int = (name: string, i: number): AttributeProto => ({ name, type: attributeType.int, i });

const float = (name: string, f: number): AttributeProto => ({ name, type: attributeType.float, f });

export const ints = (name: string, values: readonly number[]): AttributeProto => ({
  name,
  type: attributeType.ints,
  ints: [...values],
});
