import { expect, test } from 'vitest';
import type { Layer, ModelDescription } from '../../../app/contract/index.ts';
import { networkBlocks, shapeText } from '../../../renderer/charts/network-blocks.ts';

const description: ModelDescription = {
  graph: {
    name: 'tiny',
    input: { channels: 3, height: 32, width: 32 },
    layers: [
      {
        id: 'conv',
        input: 'input',
        op: 'conv2d',
        filters: 8,
        kernel: [5, 5],
        stride: [2, 2],
        padding: [0, 0, 0, 0],
        dilation: [1, 1],
        groups: 1,
        bias: true,
      },
      { id: 'relu', input: 'conv', op: 'relu' },
      { id: 'pool', input: 'relu', op: 'maxPool2d', window: [2, 2], stride: [2, 2], padding: [0, 0] },
      { id: 'flat', input: 'pool', op: 'flatten' },
      { id: 'dense', input: 'flat', op: 'dense', units: 10, bias: true },
    ],
  },
  layers: [
    {
      id: 'conv',
      op: 'conv2d',
      inputShape: [3, 32, 32],
      outputShape: [8, 14, 14],
      parameters: 608,
      multiplyAdds: 117_600,
    },
    {
      id: 'relu',
      op: 'relu',
      inputShape: [8, 14, 14],
      outputShape: [8, 14, 14],
      parameters: 0,
      multiplyAdds: 0,
    },
    {
      id: 'pool',
      op: 'maxPool2d',
      inputShape: [8, 14, 14],
      outputShape: [8, 7, 7],
      parameters: 0,
      multiplyAdds: 0,
    },
    { id: 'flat', op: 'flatten', inputShape: [8, 7, 7], outputShape: [392], parameters: 0, multiplyAdds: 0 },
    { id: 'dense', op: 'dense', inputShape: [392], outputShape: [10], parameters: 3930, multiplyAdds: 3920 },
  ],
  parameters: 4538,
  multiplyAdds: 121_520,
  memory: { fixedBytes: 0, bytesPerPicture: 0 },
  blocks: [],
  problem: null,
};

test('every layer is a block with its settings and output; an activation joins the layer before it', () => {
  const blocks = networkBlocks(description);
  expect(
    blocks.map((block) => [block.op, block.detail, block.activation, shapeText(block.outputShape)]),
  ).toEqual([
    ['conv2d', '8 · 5×5 /2', 'relu', '8×14×14'],
    ['maxPool2d', '2×2 /2', null, '8×7×7'],
    ['flatten', '', null, '392'],
    ['dense', '10', null, '10'],
  ]);
  expect(blocks.reduce((sum, block) => sum + block.parameters, 0)).toBe(description.parameters);
});

test('the layer at fault is the last block, without a shape and with the reason', () => {
  const broken = {
    ...description,
    layers: description.layers.slice(0, 2),
    problem: { layer: 'pool', reason: 'the window is larger than the picture' },
  };
  const blocks = networkBlocks(broken);
  expect(blocks.map((block) => block.op)).toEqual(['conv2d', 'maxPool2d']);
  expect(blocks.at(-1)).toMatchObject({ outputShape: [], problem: 'the window is larger than the picture' });
});

test('branches say by name what they read, and an activation that is not read alone stands by itself', () => {
  const shape = { inputShape: [4, 8, 8], outputShape: [4, 8, 8], parameters: 0, multiplyAdds: 0 };
  const layers: Layer[] = [
    { id: 'norm', input: 'input', op: 'batchNorm2d', epsilon: 1e-5, momentum: 0.1 },
    { id: 'relu', input: 'norm', op: 'relu' },
    { id: 'drop', input: 'relu', op: 'dropout', rate: 0.25 },
    { id: 'sum', inputs: ['drop', 'relu'], op: 'add' },
    { id: 'relu2', input: 'sum', op: 'relu' },
    { id: 'drop2', input: 'sum', op: 'dropout', rate: 0.5 },
    { id: 'all', inputs: ['relu2', 'drop2', 'input'], op: 'concat' },
  ];
  const blocks = networkBlocks({
    graph: { name: 'fork', input: { channels: 4, height: 8, width: 8 }, layers },
    layers: layers.map(({ id, op }) => ({ id, op, ...shape })),
    parameters: 0,
    multiplyAdds: 0,
    memory: { fixedBytes: 0, bytesPerPicture: 0 },
    blocks: [],
    problem: null,
  });
  expect(
    blocks.map(({ id, detail, activation, reads, isNamed }) => [id, detail, activation, reads, isNamed]),
  ).toEqual([
    ['norm', '', 'relu', [], true],
    ['drop', '25 %', null, [], true],
    ['sum', '', null, ['drop', 'norm'], true],
    ['relu2', '', null, [], true],
    ['drop2', '50 %', null, ['sum'], true],
    ['all', '', null, ['relu2', 'drop2', 'input'], true],
  ]);
  expect(networkBlocks(description).every(({ reads, isNamed }) => reads.length === 0 && !isNamed)).toBe(true);
});
