import type { Graph, Layer } from '../../../app/contract/index.ts';

type Conv2d = Extract<Layer, { op: 'conv2d' }>;
type Pool = Extract<Layer, { op: 'maxPool2d' }>;

/** A convolution of one 3 × 3 filter without padding; tests change what they are about. */
export const conv2d = (change: Partial<Conv2d> = {}): Conv2d => ({
  id: 'conv',
  input: 'input',
  op: 'conv2d',
  filters: 1,
  kernel: [3, 3],
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups: 1,
  bias: true,
  ...change,
});

export const maxPool2d = (change: Partial<Pool> = {}): Pool => ({
  id: 'pool',
  input: 'input',
  op: 'maxPool2d',
  window: [2, 2],
  stride: [2, 2],
  padding: [0, 0],
  ...change,
});

/** A network of these layers on pictures of [channels, height, width]. */
export function graphOf(shape: readonly [number, number, number], ...layers: Layer[]): Graph {
  const [channels, height, width] = shape;
  return { name: 'test', input: { channels, height, width }, layers };
}
