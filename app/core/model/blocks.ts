import type { Block, Graph, Layer } from '../../contract/index.ts';
import type { Unplaced } from './graph-builder.ts';

/** What a network is built for. */
export interface ModelTarget {
  /** 1 for grey pictures, 3 for colour. */
  channels: number;
  /** Height and width, pixels. */
  imageSize: number;
  classes: number;
}

/**
 * The network that the layer form describes: convolutions keep the picture's size at stride 1 (padding ⌊kernel/2⌋), a
 * flatten stands before the first dense layer, and a dense layer with one output per class ends it. Layers are
 * called `conv1`, `relu1`, `pool1`, `fc1`, …, numbered by kind. A convolution after a dense layer is put
 * where it stands and refused by `inferShapes`, which says why.
 */
export function graphFromBlocks(name: string, blocks: readonly Block[], target: ModelTarget): Graph {
  const chain = new Chain();
  for (const block of blocks) {
    if (block.kind === 'conv') addConvolution(chain, block);
    else addDense(chain, block.units, block.activation);
  }
  addDense(chain, target.classes, 'none');
  const { channels, imageSize } = target;
  return { name, input: { channels, height: imageSize, width: imageSize }, layers: chain.layers };
}

/** Layers one after the other, each reading the one before. */
class Chain {
  readonly layers: Layer[] = [];
  readonly #counts = new Map<string, number>();

  /** Flat means that one row of numbers comes out. */
  get isFlat(): boolean {
    return this.layers.some(({ op }) => op === 'flatten');
  }

  add(kind: string, layer: Unplaced): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.layers.push({ ...layer, id: `${kind}${count}`, input: this.layers.at(-1)?.id ?? 'input' });
  }
}

function addConvolution(chain: Chain, block: Extract<Block, { kind: 'conv' }>): void {
  const { filters, kernel, stride, activation, pool } = block;
  const border = Math.floor(kernel / 2);
  chain.add('conv', {
    op: 'conv2d',
    filters,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [border, border, border, border],
    dilation: [1, 1],
    groups: 1,
    bias: true,
  });
  addActivation(chain, activation);
  if (pool === null) return;
  chain.add('pool', {
    op: pool.kind === 'max' ? 'maxPool2d' : 'avgPool2d',
    window: [pool.window, pool.window],
    stride: [pool.stride, pool.stride],
    padding: [0, 0],
  });
}

function addDense(chain: Chain, units: number, activation: Block['activation']): void {
  if (!chain.isFlat) chain.add('flatten', { op: 'flatten' });
  chain.add('fc', { op: 'dense', units, bias: true });
  addActivation(chain, activation);
}

function addActivation(chain: Chain, activation: Block['activation']): void {
  if (activation !== 'none') chain.add(activation, { op: activation });
}
