import type { Unplaced } from '../../../core/model/graph-builder.ts';
import type { ImportedNetwork, Picture, Value } from './network.ts';
import { arithmetic } from './arithmetic.ts';
import { convolution, dense, norm } from './weighted.ts';
import { padding, pool } from './windows.ts';
import { flattened, onConstants, reshaped, squeezed, transposed } from './rearranged.ts';
import type { OnnxNode } from './node.ts';

/** One operator: the value that its node gives, layers put into the network on the way. */
export type Operator = (node: OnnxNode, network: ImportedNetwork) => Value;

/** What stands on a layer and has nothing to set. */
const plain =
  (of: (node: OnnxNode) => Unplaced): Operator =>
  (node, network) =>
    network.put(of(node), picture(node, 0), node.module, node.refuse);

/** An input that is computed from the picture. */
export function picture(node: OnnxNode, place: number): Picture {
  const value = node.value(place);
  return value.kind === 'picture'
    ? value
    : node.refuse(`its input ${place + 1} does not depend on the picture`);
}

const near = (value: number, wanted: number): boolean => Math.abs(value - wanted) < 1e-4;

/** By their names in ONNX. What is not here is refused. */
export const operators: Readonly<Record<string, Operator>> = {
  Conv: convolution,
  Gemm: dense,
  MatMul: dense,
  BatchNormalization: norm,
  MaxPool: pool,
  AveragePool: pool,
  Pad: padding,
  GlobalAveragePool: plain(() => ({ op: 'globalAvgPool' })),
  ReduceMean: spaceMean,
  LRN: plain((node) => ({
    op: 'lrn',
    size: node.int('size', 0),
    alpha: node.float('alpha', 1e-4),
    beta: node.float('beta', 0.75),
    bias: node.float('bias', 1),
  })),
  Relu: plain(() => ({ op: 'relu' })),
  LeakyRelu: plain((node) => ({ op: 'leakyRelu', slope: node.float('alpha', 0.01) })),
  Sigmoid: plain(() => ({ op: 'sigmoid' })),
  Tanh: plain(() => ({ op: 'tanh' })),
  HardSwish: plain(() => ({ op: 'hardSwish' })),
  HardSigmoid: plain((node) =>
    near(node.float('alpha', 0.2), 1 / 6) && near(node.float('beta', 0.5), 0.5)
      ? { op: 'hardSigmoid' }
      : node.refuse('only the hard sigmoid x / 6 + 1/2 is known'),
  ),
  Clip: clip,
  Softmax: plain(() => ({ op: 'softmax' })),
  // At the end it is left out, as the softmax is there.
  LogSoftmax: (node) => node.refuse('only the end of a network may be the logarithm of a softmax'),
  Dropout: (node, network) => {
    const rate = node.opset < 12 ? node.float('ratio', 0.5) : (node.optional(1)?.data[0] ?? 0.5);
    if (!(rate > 0 && rate < 1)) return node.value(0);
    return network.put({ op: 'dropout', rate }, picture(node, 0), '', node.refuse);
  },
  Identity: (node) => node.value(0),
  Cast: (node) => node.value(0),
  Constant: (node) => node.ownValue(),
  Add: arithmetic,
  Sub: arithmetic,
  Mul: arithmetic,
  Div: arithmetic,
  Sum: arithmetic,
  Concat: (node, network) => {
    if (node.inputs.some((each) => each?.kind === 'constant')) return onConstants(node);
    const parts = node.inputs.map((_, place) => picture(node, place));
    if (![1, -3].includes(node.int('axis', 1))) return node.refuse('only channels can be laid side by side');
    const [first] = parts;
    return parts.length === 1 && first ? first : network.join('concat', parts, node.module, node.refuse);
  },
  Flatten: flattened,
  Reshape: reshaped,
  Squeeze: squeezed,
  Transpose: transposed,
  Unsqueeze: onConstants,
  Gather: onConstants,
  Shape: (node) => {
    const sizes = [0, ...picture(node, 0).dims];
    const end = node.int('end', sizes.length);
    const data = Float32Array.from(sizes.slice(node.int('start', 0), end));
    return { kind: 'constant', data, shape: [data.length] };
  },
};

function clip(node: OnnxNode, network: ImportedNetwork): Value {
  const from = picture(node, 0);
  const limit = (name: string, place: number, none: number): number =>
    node.opset < 11 ? node.float(name, none) : (node.optional(place)?.data[0] ?? none);
  const [least, most] = [limit('min', 1, -Infinity), limit('max', 2, Infinity)];
  if (least !== 0) return node.refuse('only limits from 0 on are known');
  if (most > 1e30) return network.put({ op: 'relu' }, from, node.module, node.refuse);
  if (most !== 6) return node.refuse('only the limits 0 and 6 are known');
  const isShifted = from.layer !== 'input' && from.scale.every((scale) => scale === 1);
  if (!isShifted || !from.shift.every((shift) => shift === 3)) {
    return network.put({ op: 'relu6' }, from, node.module, node.refuse);
  }
  // min(max(x + 3, 0), 6) is six times the hard sigmoid of x: what is left of a hard swish in older files.
  const gate = network.put({ op: 'hardSigmoid' }, { ...from, scale: [1], shift: [0] }, '', node.refuse);
  return { ...gate, scale: [6], shift: [0] };
}

/** The mean over height and width. */
function spaceMean(node: OnnxNode, network: ImportedNetwork): Value {
  const from = picture(node, 0);
  const axes = (node.list('axes', 1) ?? []).map((axis) => (axis < 0 ? axis + 4 : axis)).toSorted();
  if (from.shape.length !== 3 || axes.join() !== '2,3') {
    return node.refuse('only the mean over height and width is known');
  }
  const mean = network.put({ op: 'globalAvgPool' }, from, node.module, node.refuse);
  if (node.int('keepdims', 1) === 1) return mean;
  return network.put({ op: 'flatten' }, mean, '', node.refuse);
}
