import { layerInputs, TesseraError, type Graph, type Layer } from '../../contract/index.ts';

/** Without the batch: [C, H, W], or [units] after `flatten`. */
export type Shape = readonly number[];

type Joining = Extract<Layer, { inputs: string[] }>;

export interface LayerShapes {
  layer: Layer;
  /** Of its first input. */
  input: Shape;
  inputs: readonly Shape[];
  output: Shape;
}

/**
 * The shapes that every layer takes and gives, in the order in which they run. Throws `graphInvalid` with the layer's
 * id, what came and what was expected.
 */
export function inferShapes(graph: Graph): LayerShapes[] {
  return [...walkShapes(graph)];
}

/** `inferShapes` layer by layer, so that a caller keeps those that fit when a later one throws. */
export function* walkShapes(graph: Graph): Generator<LayerShapes, void> {
  const { channels, height, width } = graph.input;
  const outputs = new Map<string, Shape>([['input', [channels, height, width]]]);
  for (const layer of graph.layers) {
    if (outputs.has(layer.id)) refuse(layer, 'another layer has the same name');
    const inputs = layerInputs(layer).map((name): Shape => {
      return outputs.get(name) ?? refuse(layer, `it reads ${name}, which does not come before it`);
    });
    const [input = []] = inputs;
    const output = layerOutput(layer, inputs);
    outputs.set(layer.id, output);
    yield { layer, input, inputs, output };
  }
}

/** The shape that one layer gives of what it takes. Throws `graphInvalid`. */
export function layerOutput(layer: Layer, inputs: readonly Shape[]): Shape {
  const [input = []] = inputs;
  return 'inputs' in layer ? joined(layer, inputs) : outputShape(layer, input);
}

/** `16 × 7 × 7`, as people write it. */
export const showShape = (shape: Shape): string => shape.join(' × ');

/** Throws `graphInvalid` at a layer; the sentence goes on from “does not fit together at layer …:”. */
export function refuse(layer: { id: string }, reason: string): never {
  throw new TesseraError('graphInvalid', { layer: layer.id, reason });
}

function outputShape(layer: Exclude<Layer, Joining>, input: Shape): Shape {
  switch (layer.op) {
    case 'conv2d':
      return convolved(layer, input);
    case 'maxPool2d':
    case 'avgPool2d':
      return pooled(layer, input);
    case 'globalAvgPool':
      return [planes(layer, input)[0], 1, 1];
    case 'lrn':
      // ONNX and PyTorch shift an even window to different sides, and ONNX Runtime takes none.
      if (layer.size % 2 === 0) refuse(layer, 'its size must be odd');
      return planes(layer, input);
    case 'batchNorm2d':
      return planes(layer, input);
    case 'dropout':
    case 'relu':
    case 'relu6':
    case 'leakyRelu':
    case 'hardSwish':
    case 'hardSigmoid':
    case 'sigmoid':
    case 'tanh':
      return input;
    case 'softmax':
      return row(layer, input);
    case 'pad2d':
      return padded(layer, input);
    case 'flatten':
      return [input.reduce((product, size) => product * size, 1)];
    case 'dense':
      row(layer, input);
      return [layer.units];
  }
}

function row(layer: Layer, input: Shape): Shape {
  if (input.length === 1) return input;
  return refuse(layer, `it got ${showShape(input)}, but expects one row of numbers; put a flatten before it`);
}

function padded(layer: Extract<Layer, { op: 'pad2d' }>, input: Shape): Shape {
  const [channels, height, width] = planes(layer, input);
  const [top, left, bottom, right] = layer.padding;
  if (layer.padding.some((side) => side < 0)) refuse(layer, 'padding cannot be negative');
  return [channels, height + top + bottom, width + left + right];
}

function multiplied({ id, inputs: names }: Joining, [first = [], second = []]: readonly Shape[]): Shape {
  if (names.length !== 2) return refuse({ id }, 'it needs exactly two inputs');
  const isSame = showShape(first) === showShape(second);
  const isPerChannel = first.length === 3 && showShape(second) === showShape([first[0] ?? 0, 1, 1]);
  if (isSame || isPerChannel) return first;
  const gives = `${names[0]} gives ${showShape(first)} and ${names[1]} gives ${showShape(second)}`;
  const wanted = 'be of one shape with the first, or give one number for each of its channels';
  return refuse({ id }, `${gives}; the second must ${wanted}`);
}

function joined(layer: Joining, inputs: readonly Shape[]): Shape {
  if (layer.op === 'mul') return multiplied(layer, inputs);
  const [first = []] = inputs;
  inputs.forEach((shape, place) => {
    if (layer.op === 'concat') planes(layer, shape);
    // Of pictures laid side by side, the channels may differ.
    const from = layer.op === 'concat' ? 1 : 0;
    if (
      shape.length === first.length &&
      shape.slice(from).every((size, axis) => size === first[axis + from])
    ) {
      return;
    }
    const may =
      layer.op === 'concat' ? 'pictures of one size can be laid together' : 'equal shapes can be added';
    const [one, other] = [layer.inputs[0], layer.inputs[place]];
    refuse(layer, `${one} gives ${showShape(first)} and ${other} gives ${showShape(shape)}; only ${may}`);
  });
  if (layer.op === 'add') return first;
  return [inputs.reduce((sum, [channels = 0]) => sum + channels, 0), ...first.slice(1)];
}

function convolved(layer: Extract<Layer, { op: 'conv2d' }>, input: Shape): Shape {
  const [channels, height, width] = planes(layer, input);
  const { filters, groups, kernel, dilation, stride, padding } = layer;
  if (channels % groups !== 0 || filters % groups !== 0) {
    refuse(layer, `${channels} channels and ${filters} filters cannot be divided into ${groups} groups`);
  }
  if (padding.some((side) => side < 0)) refuse(layer, 'padding cannot be negative');
  const [top, left, bottom, right] = padding;
  const windowHeight = dilation[0] * (kernel[0] - 1) + 1;
  const windowWidth = dilation[1] * (kernel[1] - 1) + 1;
  const padded = [height + top + bottom, width + left + right] as const;
  fitsUnder(layer, [windowHeight, windowWidth], padded);
  return [
    filters,
    positions(padded[0], windowHeight, stride[0]),
    positions(padded[1], windowWidth, stride[1]),
  ];
}

function pooled(layer: Extract<Layer, { op: 'maxPool2d' | 'avgPool2d' }>, input: Shape): Shape {
  const [channels, height, width] = planes(layer, input);
  const { window, stride, padding } = layer;
  // A wider border would let a window lie on padding alone, which has no greatest pixel and no mean.
  if (padding.some((side, axis) => side < 0 || side > (window[axis] ?? 0) / 2)) {
    refuse(
      layer,
      `padding ${showShape(padding)} must be between 0 and half of the window ${showShape(window)}`,
    );
  }
  const padded = [height + 2 * padding[0], width + 2 * padding[1]] as const;
  fitsUnder(layer, window, padded);
  const along = (axis: 0 | 1): number => {
    const inside = positions(padded[axis], window[axis], stride[axis]);
    const isLeft = (padded[axis] - window[axis]) % stride[axis] !== 0;
    // What is left over gets a window of its own, where that begins before the padding behind the picture.
    const begins = inside * stride[axis] < padded[axis] - padding[axis];
    return layer.ceilMode === true && isLeft && begins ? inside + 1 : inside;
  };
  return [channels, along(0), along(1)];
}

function planes(layer: Layer, input: Shape): [number, number, number] {
  const [channels, height, width] = input;
  if (channels === undefined || height === undefined || width === undefined) {
    refuse(layer, `it got ${showShape(input)} numbers in a row, but expects channels × height × width`);
  }
  return [channels, height, width];
}

function fitsUnder(layer: Layer, window: readonly [number, number], padded: readonly [number, number]): void {
  if (window[0] <= padded[0] && window[1] <= padded[1]) return;
  refuse(layer, `its window of ${showShape(window)} is larger than the ${showShape(padded)} that it gets`);
}

/** How many times a window fits when it moves by `stride`; what is left over at the end is not looked at. */
function positions(size: number, window: number, stride: number): number {
  return Math.floor((size - window) / stride) + 1;
}
