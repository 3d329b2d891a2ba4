import { layerInputs, type Layer, type LayerOp, type ModelDescription } from '../../app/contract/index.ts';

/** A block of the diagram: one layer, with the activation that follows it. */
export interface NetworkBlock {
  id: string;
  op: LayerOp;
  /** What the layer is set to, e.g. `32 · 5×5`, in the words of the field. */
  detail: string;
  activation: LayerOp | null;
  /** The blocks that it reads; empty where that is the one above it alone. */
  reads: string[];
  /** True where a block reads it that does not stand right below: it is shown by its name then. */
  isNamed: boolean;
  /** [C, H, W] or [units] */
  outputShape: number[];
  parameters: number;
  multiplyAdds: number;
  /** Why the network does not fit together here; null when it does. */
  problem: string | null;
}

const activations = new Set<LayerOp>([
  'relu',
  'relu6',
  'leakyRelu',
  'hardSwish',
  'hardSigmoid',
  'sigmoid',
  'tanh',
]);
const square = ([height, width]: readonly [number, number]): string => `${height}×${width}`;
const stride = ([vertical, horizontal]: readonly [number, number]): string =>
  vertical === 1 && horizontal === 1
    ? ''
    : ` /${vertical === horizontal ? vertical : `${vertical},${horizontal}`}`;

/** A layer's settings in a few characters: `32 · 5×5 /2` is 32 filters of 5×5 with stride 2. */
export function layerDetail(layer: Layer): string {
  switch (layer.op) {
    case 'conv2d':
      return `${layer.filters} · ${square(layer.kernel)}${stride(layer.stride)}`;
    case 'maxPool2d':
    case 'avgPool2d':
      return `${square(layer.window)}${stride(layer.stride)}`;
    case 'dense':
      return String(layer.units);
    case 'lrn':
      return String(layer.size);
    case 'pad2d':
      return layer.padding.join(',');
    case 'dropout':
      return `${Math.round(layer.rate * 100)} %`;
    case 'batchNorm2d':
    case 'add':
    case 'concat':
    case 'relu6':
    case 'leakyRelu':
    case 'hardSwish':
    case 'hardSigmoid':
    case 'softmax':
    case 'mul':
    case 'globalAvgPool':
    case 'flatten':
    case 'relu':
    case 'sigmoid':
    case 'tanh':
      return '';
  }
}

/** `28×28` pixels of three channels: `3×28×28`. */
export const shapeText = (shape: readonly number[]): string => shape.join('×');

/**
 * The layers of a description as blocks. An activation keeps the shape, so it is drawn inside the layer before it where it
 * alone reads that one. Blocks stand in the order in which they run; one that does not simply read the block above it says
 * by name what it reads, so that branches can be followed. After the layer at fault there are no shapes, and nothing is drawn.
 */
export function networkBlocks(description: ModelDescription): NetworkBlock[] {
  const infos = new Map(description.layers.map((info) => [info.id, info]));
  const { problem } = description;
  const blocks: NetworkBlock[] = [];
  const readers = new Map<string, number>();
  for (const name of description.graph.layers.flatMap(layerInputs))
    readers.set(name, (readers.get(name) ?? 0) + 1);
  /** The block that a layer is drawn in. */
  const blockOf = new Map([['input', 'input']]);
  let lastLayer = 'input';
  for (const layer of description.graph.layers) {
    const info = infos.get(layer.id);
    const failed = problem?.layer === layer.id;
    const previous = blocks.at(-1);
    const [input = '', ...more] = layerInputs(layer);
    const isAlone = input === lastLayer && readers.get(input) === 1;
    if (previous && !failed && info && activations.has(layer.op) && previous.activation === null && isAlone) {
      previous.activation = layer.op;
      blockOf.set(layer.id, previous.id);
      previous.multiplyAdds += info.multiplyAdds;
    } else if (info || failed) {
      const follows = more.length === 0 && input === lastLayer;
      const reads = follows ? [] : [input, ...more].map((name) => blockOf.get(name) ?? name);
      blockOf.set(layer.id, layer.id);
      blocks.push({
        id: layer.id,
        op: layer.op,
        detail: layerDetail(layer),
        activation: null,
        reads,
        isNamed: false,
        outputShape: info && !failed ? info.outputShape : [],
        parameters: info?.parameters ?? 0,
        multiplyAdds: info?.multiplyAdds ?? 0,
        problem: failed ? problem.reason : null,
      });
    }
    lastLayer = layer.id;
    if (failed) break;
  }
  const named = new Set(blocks.flatMap(({ reads }) => reads));
  return blocks.map((block) => ({ ...block, isNamed: block.reads.length > 0 || named.has(block.id) }));
}
