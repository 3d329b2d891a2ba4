/** ONNX's operators by the engine's single ones. What ONNX words differently is turned here, and nothing is computed. */
import type { Tensor } from '../../../app/engine/index.ts';
import * as ops from '../../../app/engine/ops.ts';
import { given } from '../golden.ts';
import type { Node, Value } from './files.ts';
import { Unsupported } from './unsupported.ts';

type Pair = readonly [number, number];
type Sides = readonly [number, number, number, number];

/** A node's attributes, with ONNX's defaults. A file of proto3 leaves out what is zero: the name alone says that. */
class Attributes {
  readonly #node: Node;
  constructor(node: Node) {
    this.#node = node;
  }
  float(name: string, otherwise: number): number {
    const found = this.#find(name);
    return found === undefined ? otherwise : (found.f ?? 0);
  }
  int(name: string, otherwise: number): number {
    const found = this.#find(name);
    return found === undefined ? otherwise : (found.i ?? 0);
  }
  ints(name: string): number[] | undefined {
    return this.#find(name)?.ints;
  }
  text(name: string, otherwise: string): string {
    const bytes = this.#find(name)?.s;
    return bytes === undefined ? otherwise : Buffer.from(bytes).toString();
  }
  #find(name: string) {
    return this.#node.attribute.find((each) => each.name === name);
  }
}

const floats = (value: Value | undefined): Tensor => {
  if (value === undefined || !('data' in value)) throw new Unsupported('data type int64');
  return value;
};
const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
const reshaped = (tensor: Tensor, shape: readonly number[]): Tensor => ({ data: tensor.data, shape });

type Operator = (inputs: (Value | undefined)[], attributes: Attributes) => Tensor[];

const elementwise =
  (run: (x: Tensor) => Tensor): Operator =>
  ([x]) => [run(floats(x))];

export const operators: Record<string, Operator> = {
  Relu: elementwise(ops.reluForward),
  Sigmoid: elementwise(ops.sigmoidForward),
  Tanh: elementwise(ops.tanhForward),
  HardSwish: elementwise(ops.hardSwishForward),
  LeakyRelu: ([x], attributes) => [ops.leakyReluForward(floats(x), attributes.float('alpha', 0.01))],
  HardSigmoid: ([x], attributes) => {
    const [alpha, beta] = [attributes.float('alpha', 0.2), attributes.float('beta', 0.5)];
    if (Math.fround(alpha) !== Math.fround(1 / 6) || beta !== 0.5) {
      throw new Unsupported('a hard sigmoid of another slope than 1/6');
    }
    return [ops.hardSigmoidForward(floats(x))];
  },
  Clip: ([x, least, greatest]) => {
    const limit = (value: Value | undefined, otherwise: number) =>
      value === undefined ? otherwise : given(floats(value).data[0]);
    return [ops.clipForward(floats(x), limit(least, -Infinity), limit(greatest, Infinity))];
  },
  Add: ([a, b]) => {
    if (String(given(a).shape) !== String(given(b).shape)) throw new Unsupported('a sum that broadcasts');
    return [ops.add(floats(a), floats(b))];
  },
  Mul: ([a, b]) => {
    if (String(given(a).shape) !== String(given(b).shape)) {
      throw new Unsupported('a product that broadcasts otherwise than by channel');
    }
    return [ops.mul(floats(a), floats(b))];
  },
  Concat: (inputs, attributes) => {
    const [first, ...rest] = inputs.map(floats);
    return [ops.concat([given(first), ...rest], attributes.int('axis', 0))];
  },
  Gemm: ([a, b, c], attributes) => {
    const [transA, transB] = [attributes.int('transA', 0) === 1, attributes.int('transB', 0) === 1];
    const m = given(floats(a).shape[transA ? 1 : 0]);
    const n = given(floats(b).shape[transB ? 0 : 1]);
    const alpha = attributes.float('alpha', 1);
    const beta = attributes.float('beta', 1);
    const options = { transA, transB, alpha, beta, ...(c && { c: spread(floats(c), m, n) }) };
    return [ops.gemm(floats(a), floats(b), options)];
  },
  Conv: ([x, weights, bias], attributes) => {
    const [pictures, filters] = [floats(x), floats(weights)];
    const kernel = pair(attributes.ints('kernel_shape') ?? filters.shape.slice(2));
    const stride = pair(attributes.ints('strides') ?? [1, 1]);
    const dilation = pair(attributes.ints('dilations') ?? [1, 1]);
    const padding = paddingOf(attributes, pictures.shape, kernel, stride, dilation);
    const options = { stride, padding, dilation, groups: attributes.int('group', 1) };
    return [ops.conv2dForward(pictures, filters, bias === undefined ? null : floats(bias), options)];
  },
  MaxPool: ([x], attributes) => {
    const tensor = floats(x);
    const { pictures, options, shapeOf } = pooling(tensor, attributes);
    const { y, argmax } = ops.maxPool2dForward(pictures, options);
    const byColumns = attributes.int('storage_order', 0) === 1;
    const indices = placesInTensor(pictures, y, argmax, options, byColumns);
    return [reshaped(y, shapeOf(y)), { data: indices, shape: shapeOf(y) }];
  },
  AveragePool: ([x], attributes) => {
    const { pictures, options, shapeOf } = pooling(floats(x), attributes);
    const countIncludePad = attributes.int('count_include_pad', 0) === 1;
    const y = ops.avgPool2dForward(pictures, { ...options, countIncludePad });
    return [reshaped(y, shapeOf(y))];
  },
  GlobalAveragePool: ([x]) => {
    const y = ops.globalAvgPoolForward(floats(x));
    return [reshaped(y, [...y.shape, 1, 1])];
  },
  BatchNormalization: ([x, scale, shift, mean, variance], attributes) => {
    const running = { mean: floats(mean), variance: floats(variance) };
    const training = attributes.int('training_mode', 0) === 1;
    // ONNX tells what stays of the running statistics, the engine as PyTorch what is taken of the batch.
    const momentum = 1 - attributes.float('momentum', 0.9);
    const options = { epsilon: attributes.float('epsilon', 1e-5), momentum, training };
    const result = ops.batchNormForward(floats(x), floats(scale), floats(shift), running, options);
    if (!training) return [result.y];
    // And its variance of a batch is over all pixels, PyTorch's over all but one.
    const pixels = size(floats(x).shape) / size(running.mean.shape);
    const data = result.variance.data.map((moved, channel) => {
      const kept = given(running.variance.data[channel]) * (1 - momentum);
      return kept + ((moved - kept) * (pixels - 1)) / pixels;
    });
    return [result.y, result.mean, { data, shape: running.variance.shape }];
  },
  LRN: ([x], attributes) => {
    const options = {
      size: attributes.int('size', 0),
      alpha: attributes.float('alpha', 1e-4),
      beta: attributes.float('beta', 0.75),
      bias: attributes.float('bias', 1),
    };
    return [ops.lrnForward(floats(x), options)];
  },
  Softmax: ([x], attributes) => {
    const tensor = floats(x);
    const axis = (attributes.int('axis', -1) + tensor.shape.length) % tensor.shape.length;
    const { rows, back } = alongRows(tensor, axis);
    return [back(ops.softmaxForward(rows))];
  },
  Pad: ([x, pads, value], attributes) => {
    const mode = attributes.text('mode', 'constant');
    if (mode !== 'constant') throw new Unsupported(`padding by ${mode}`);
    const { whole } = given(pads) as { whole: number[] };
    const [n0, c0, top = 0, left = 0, n1, c1, bottom = 0, right = 0] = whole;
    if (whole.length !== 8 || n0 !== 0 || c0 !== 0 || n1 !== 0 || c1 !== 0) {
      throw new Unsupported('padding along other axes than height and width');
    }
    const padding = [top, left, bottom, right] as const;
    return [ops.pad2dForward(floats(x), padding, value === undefined ? 0 : given(floats(value).data[0]))];
  },
};

/** The outputs by name, of nodes that may read each other. */
export function run(nodes: readonly Node[], inputs: ReadonlyMap<string, Value>): Map<string, Tensor> {
  const values = new Map<string, Value>(inputs);
  const outputs = new Map<string, Tensor>();
  for (const node of nodes) {
    const read = node.input.map((name) => (name === '' ? undefined : given(values.get(name))));
    const results = given(operators[node.opType])(read, new Attributes(node));
    node.output.forEach((name, at) => {
      values.set(name, given(results[at]));
      outputs.set(name, given(results[at]));
    });
  }
  return outputs;
}

function pair(numbers: readonly number[]): Pair {
  const [height, width, ...more] = numbers;
  if (height === undefined || width === undefined || more.length > 0) {
    throw new Unsupported(`${numbers.length} axes of space`);
  }
  return [height, width];
}

/** Explicit pads, or those that keep the size divided by the stride, as `auto_pad` words them. */
function paddingOf(
  attributes: Attributes,
  shape: readonly number[],
  kernel: Pair,
  stride: Pair,
  dilation: Pair,
): Sides {
  const wanted = attributes.text('auto_pad', 'NOTSET');
  if (wanted === 'NOTSET') {
    const [top = 0, left = 0, bottom = 0, right = 0] = attributes.ints('pads') ?? [];
    return [top, left, bottom, right];
  }
  if (wanted === 'VALID') return [0, 0, 0, 0];
  const along = (axis: 0 | 1): Pair => {
    const extent = given(shape[axis + 2]);
    const window = dilation[axis] * (kernel[axis] - 1) + 1;
    const all = Math.max(0, (Math.ceil(extent / stride[axis]) - 1) * stride[axis] + window - extent);
    const less = Math.floor(all / 2);
    return wanted === 'SAME_UPPER' ? [less, all - less] : [all - less, less];
  };
  const [[top, bottom], [left, right]] = [along(0), along(1)];
  return [top, left, bottom, right];
}

/** Pictures, also of a signal in one axis: it is a picture of one row. */
function pooling(x: Tensor, attributes: Attributes) {
  const isSignal = x.shape.length === 3;
  const { shape } = x;
  const pictures = isSignal ? reshaped(x, [given(shape[0]), given(shape[1]), 1, given(shape[2])]) : x;
  const wide = (numbers: number[] | undefined, before: number): Pair =>
    pair(isSignal && numbers?.length === 1 ? [before, ...numbers] : (numbers ?? [1, 1]));
  if ((attributes.ints('dilations') ?? []).some((dilation) => dilation !== 1)) {
    throw new Unsupported('pooling with dilation');
  }
  const window = wide(attributes.ints('kernel_shape'), 1);
  const stride = wide(attributes.ints('strides'), 1);
  const pads = attributes.ints('pads');
  if (isSignal && pads !== undefined) throw new Unsupported('padding of one axis of space');
  const padding = paddingOf(attributes, pictures.shape, window, stride, [1, 1]);
  const options = { window, stride, padding, ceilMode: attributes.int('ceil_mode', 0) === 1 };
  const shapeOf = (y: Tensor): readonly number[] => (isSignal ? y.shape.toSpliced(2, 1) : y.shape);
  return { pictures, options, shapeOf };
}

/** ONNX counts the greatest value's place over the whole tensor; the engine in the window. */
function placesInTensor(
  { shape }: Tensor,
  y: Tensor,
  argmax: Uint16Array,
  { window, stride, padding }: { window: Pair; stride: Pair; padding: Sides },
  byColumns: boolean,
): Float32Array {
  const [height, width] = pair(shape.slice(2));
  const [rows, columns] = pair(y.shape.slice(2));
  return Float32Array.from(argmax, (place, at) => {
    const plane = Math.floor(at / (rows * columns));
    const top = (Math.floor(at / columns) % rows) * stride[0] - padding[0] + Math.floor(place / window[1]);
    const left = (at % columns) * stride[1] - padding[1] + (place % window[1]);
    return plane * height * width + (byColumns ? left * height + top : top * width + left);
  });
}

/** What Gemm adds, as large as the product: ONNX lets it be a number, a row or a column. */
function spread(c: Tensor, m: number, n: number): Tensor {
  const [rows, columns] = c.shape.length === 2 ? pair(c.shape) : [1, c.shape[0] ?? 1];
  const data = Float32Array.from({ length: m * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n];
    return given(c.data[(rows === 1 ? 0 : row) * columns + (columns === 1 ? 0 : column)]);
  });
  return { data, shape: [m, n] };
}

/** A tensor with one axis laid into rows, and the way back. */
function alongRows(tensor: Tensor, axis: number): { rows: Tensor; back: (rows: Tensor) => Tensor } {
  const extent = given(tensor.shape[axis]);
  const inner = size(tensor.shape.slice(axis + 1));
  const count = tensor.data.length / extent;
  /** Where the number of a row stands in the tensor. */
  const from = (row: number, at: number): number =>
    Math.floor(row / inner) * extent * inner + at * inner + (row % inner);
  const data = Float32Array.from({ length: tensor.data.length }, (_, at) =>
    given(tensor.data[from(Math.floor(at / extent), at % extent)]),
  );
  const back = (rows: Tensor): Tensor => {
    const result = new Float32Array(rows.data.length);
    rows.data.forEach((value, at) => (result[from(Math.floor(at / extent), at % extent)] = value));
    return { data: result, shape: tensor.shape };
  };
  return { rows: { data, shape: [count, extent] }, back };
}
