import fc from 'fast-check';
import type { Graph, Layer } from '../../../app/contract/index.ts';
import { inferShapes } from '../../../app/core/model/shapes.ts';
import { parameterNames } from '../../../app/formats/onnx/layers.ts';
import type { ExportedModel } from '../../../app/formats/exported-model.ts';
import type { FloatTensor } from '../../../app/formats/safetensors.ts';

/** A value that the test relies on. */
export function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there');
  return value;
}

/** One small network with a convolution, for tests that look at single fields. */
export const tinyGraph = {
  name: 'tiny',
  input: { channels: 3, height: 8, width: 10 },
  layers: [
    {
      op: 'conv2d',
      id: 'conv1',
      input: 'input',
      filters: 4,
      kernel: [3, 2],
      stride: [2, 1],
      padding: [0, 1, 2, 3],
      dilation: [1, 2],
      groups: 1,
      bias: true,
    },
    { op: 'relu', id: 'relu1', input: 'conv1' },
    { op: 'avgPool2d', id: 'pool1', input: 'relu1', window: [2, 3], stride: [1, 2], padding: [0, 1] },
    { op: 'flatten', id: 'flatten1', input: 'pool1' },
    { op: 'dense', id: 'fc1', input: 'flatten1', units: 2, bias: false },
  ],
} satisfies Graph;

/** A model with weights from a seed, of the size that training gives. */
export function modelOf(graph: Graph, seed: number, classes?: string[]): ExportedModel {
  const random = numbers(seed);
  const shapes = inferShapes(graph);
  const [units = 0] = shapes.at(-1)?.output ?? [];
  const tensors: Record<string, FloatTensor> = {};
  for (const { layer, input } of shapes) {
    for (const name of parameterNames(layer)) {
      const shape = parameterShape(layer, name, input);
      const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
      // A variance is positive; scales and means may be anything.
      const value = name.endsWith('.running_var')
        ? () => 0.5 + random()
        : () => (random() * 4 - 2) / Math.sqrt(fanIn);
      const data = Float32Array.from({ length: there(shape[0]) * fanIn }, value);
      tensors[name] = { data, shape };
    }
  }
  const { channels } = graph.input;
  return {
    graph,
    tensors,
    classes: classes ?? Array.from({ length: units }, (_, index) => `class ${index}`),
    normalisation: {
      mean: Array.from({ length: channels }, () => random()),
      std: Array.from({ length: channels }, () => 0.2 + random()),
    },
    origin: { runId: '20260101-000000-abcdef', dataHash: 'd'.repeat(64), version: '1.2.3' },
  };
}

function parameterShape(layer: Layer, name: string, input: readonly number[]): number[] {
  if (layer.op === 'conv2d') {
    const { filters, groups, kernel } = layer;
    return name.endsWith('.bias') ? [filters] : [filters, there(input[0]) / groups, ...kernel];
  }
  if (layer.op === 'batchNorm2d') return [there(input[0])];
  if (layer.op === 'dense') return name.endsWith('.bias') ? [layer.units] : [layer.units, there(input[0])];
  throw new Error(`${layer.op} has no parameters`);
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random pictures, uint8 [count, H, W, C]. */
export function noise({ input }: Graph, count: number, seed: number): Uint8Array {
  const random = numbers(seed);
  const length = count * input.height * input.width * input.channels;
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

const pair = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));

/** A layer over pictures, before it has a place; what does not fit there is left out of the network. */
const spatial = fc.oneof(
  { weight: 4, arbitrary: convolution() },
  { weight: 2, arbitrary: pooling('maxPool2d') },
  { weight: 2, arbitrary: pooling('avgPool2d') },
  { weight: 2, arbitrary: keepsShape() },
  { weight: 2, arbitrary: branches() },
  { weight: 1, arbitrary: fc.record({ squeeze: activation() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('pad2d'),
      padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    }),
  },
);
/** Part of a network: one layer, or what stands between a fork and the layer that joins it again. */
type Part = Unplaced | { join: 'add' | 'concat' | 'mul'; branches: Unplaced[][] } | { squeeze: Unplaced };

function branches(): fc.Arbitrary<Part> {
  const sameSize = fc
    .record({ filters: fc.integer({ min: 1, max: 3 }), border: fc.nat(1), bias: fc.boolean() })
    .map(({ filters, border, bias }): Unplaced => ({
      op: 'conv2d',
      filters,
      kernel: [2 * border + 1, 2 * border + 1],
      stride: [1, 1],
      padding: [border, border, border, border],
      dilation: [1, 1],
      groups: 1,
      bias,
    }));
  const branch = fc.array(fc.oneof(sameSize, keepsShape()), { maxLength: 3 });
  return fc.record({
    join: fc.constantFrom('add', 'concat', 'mul'),
    branches: fc.array(branch, { minLength: 2, maxLength: 3 }),
  });
}

function keepsShape(): fc.Arbitrary<Unplaced> {
  const fraction = fc.double({ min: 0.01, max: 0.9, noNaN: true });
  return fc.oneof(
    { weight: 3, arbitrary: activation() },
    {
      weight: 2,
      arbitrary: fc.record({ op: fc.constant('batchNorm2d'), epsilon: fraction, momentum: fraction }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('dropout'), rate: fraction }) },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant('lrn'),
        size: fc.constantFrom(1, 3, 5),
        alpha: fraction,
        beta: fraction,
        bias: fc.double({ min: 0.5, max: 2, noNaN: true }),
      }),
    },
  );
}

function activation(): fc.Arbitrary<Unplaced> {
  const plain = (['relu', 'relu6', 'hardSwish', 'hardSigmoid', 'sigmoid', 'tanh'] as const).map(
    (op): Unplaced => ({ op }),
  );
  return fc.constantFrom<Unplaced>(...plain, { op: 'leakyRelu', slope: 0.1 });
}

const flat = fc.oneof(
  fc.record({ op: fc.constant('dense' as const), units: fc.integer({ min: 1, max: 9 }), bias: fc.boolean() }),
  activation(),
  fc.constant<Unplaced>({ op: 'softmax' }),
);

type Unplaced = Layer extends infer L
  ? L extends { input: string }
    ? Omit<L, 'id' | 'input'>
    : never
  : never;

function convolution() {
  return fc
    .record({
      kernel: pair(1, 4),
      stride: pair(1, 3),
      padding: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
      dilation: pair(1, 3),
      groups: fc.constantFrom(1, 1, 2, 3),
      filtersOfGroup: fc.integer({ min: 1, max: 3 }),
      bias: fc.boolean(),
    })
    .map(({ filtersOfGroup, ...rest }): Unplaced => ({
      op: 'conv2d',
      filters: filtersOfGroup * rest.groups,
      ...rest,
    }));
}

function pooling(op: 'maxPool2d' | 'avgPool2d') {
  return fc
    .record({
      window: pair(1, 4),
      stride: pair(1, 3),
      border: pair(0, 2),
      ceilMode: fc.boolean(),
      countIncludePad: fc.boolean(),
    })
    .map(({ window, stride, border, ceilMode, countIncludePad }): Unplaced => ({
      op,
      window,
      stride,
      ceilMode,
      ...(op === 'avgPool2d' ? { countIncludePad } : {}),
      padding: [Math.min(border[0], window[0] >> 1), Math.min(border[1], window[1] >> 1)],
    }));
}

/** Networks of all kinds of layers, grey and colour, that fit together and end in two to five logits. */
export const graphs: fc.Arbitrary<Graph> = fc
  .record({
    channels: fc.constantFrom(1, 3),
    size: pair(5, 16),
    spatial: fc.array(spatial, { maxLength: 6 }),
    averages: fc.boolean(),
    flat: fc.array(flat, { maxLength: 3 }),
    classes: fc.integer({ min: 2, max: 5 }),
  })
  .map(({ channels, size: [height, width], spatial, averages, flat, classes }) => {
    const graph: Graph = { name: 'random', input: { channels, height, width }, layers: [] };
    const wanted: Part[] = [
      ...spatial,
      ...(averages ? [{ op: 'globalAvgPool' } as const] : []),
      { op: 'flatten' },
      ...flat,
      { op: 'dense', units: classes, bias: true },
    ];
    return wanted.reduce(withPart, graph);
  });

/** The network with one more part where it fits, otherwise as it was. */
function withPart(graph: Graph, part: Part): Graph {
  const from = graph.layers.at(-1)?.id ?? 'input';
  const longer = { ...graph, layers: [...graph.layers] };
  const place = (
    layer: Unplaced | { op: 'add' | 'concat' | 'mul'; inputs: string[] },
    input: string,
  ): string => {
    const id = `${layer.op}${longer.layers.length}`;
    longer.layers.push(('inputs' in layer ? { ...layer, id } : { ...layer, id, input }) as Layer);
    return id;
  };
  if ('op' in part) {
    place(part, from);
  } else if ('squeeze' in part) {
    const means = place({ op: 'globalAvgPool' }, from);
    place({ op: 'mul', inputs: [from, place(part.squeeze, means)] }, '');
  } else {
    const ends = part.branches.map((branch) => branch.reduce((input, layer) => place(layer, input), from));
    // Two branches are multiplied. What cannot be joined as wanted, for its width or number, is laid side by side.
    const joins = part.join === 'concat' ? (['concat'] as const) : ([part.join, 'concat'] as const);
    const before = [...longer.layers];
    for (const op of joins) {
      longer.layers = [...before];
      place({ op, inputs: ends }, '');
      if (fits(longer)) break;
    }
  }
  return fits(longer) ? longer : graph;
}

function fits(graph: Graph): boolean {
  try {
    inferShapes(graph);
    return true;
  } catch {
    return false;
  }
}
