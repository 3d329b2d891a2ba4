import type { Block, Graph } from '../../../app/contract/index.ts';

export type ConvBlock = Extract<Block, { kind: 'conv' }>;
export type DenseBlock = Extract<Block, { kind: 'dense' }>;

/** A block as the form first shows it. */
export const newBlock: { conv: ConvBlock; dense: DenseBlock } = {
  conv: {
    kind: 'conv',
    filters: 32,
    kernel: 3,
    stride: 1,
    activation: 'relu',
    pool: { kind: 'max', window: 2, stride: 2 },
  },
  dense: { kind: 'dense', units: 64, activation: 'relu' },
};

/** Adds a block where it can work: convolutions before the first dense layer, dense layers at the end. */
export function addBlock(blocks: readonly Block[], kind: Block['kind']): Block[] {
  const block = newBlock[kind];
  const firstDense = blocks.findIndex((other) => other.kind === 'dense');
  if (kind === 'dense' || firstDense < 0) return [...blocks, block];
  return blocks.toSpliced(firstDense, 0, block);
}

/** The block at `index` one place earlier (−1) or later (+1); unchanged at either end. */
export function moveBlock(blocks: readonly Block[], index: number, by: -1 | 1): Block[] {
  const block = blocks[index];
  const target = index + by;
  if (!block || target < 0 || target >= blocks.length) return [...blocks];
  return blocks.toSpliced(index, 1).toSpliced(target, 0, block);
}

/**
 * Which block of the form made a layer of the graph: every block begins with its convolution or dense layer, and
 * flattening belongs to the dense layer after it. The number of blocks stands for the classifier, which no block made.
 */
export function blockOfLayer(graph: Graph, layerId: string): number {
  let block = -1;
  for (const layer of graph.layers) {
    const begins = layer.op === 'conv2d' || layer.op === 'dense';
    if (begins) block += 1;
    if (layer.id === layerId) return layer.op === 'flatten' ? block + 1 : Math.max(0, block);
  }
  return Math.max(0, block);
}
