import { expect, test } from 'vitest';
import type { Graph } from '../../../app/contract/index.ts';
import {
  addBlock,
  blockOfLayer,
  moveBlock,
  newBlock,
} from '../../../renderer/features/training/layer-blocks.ts';

const { conv, dense } = newBlock;

test('a convolution is added before the dense layers, a dense layer at the end', () => {
  expect(addBlock([conv, dense], 'conv').map((block) => block.kind)).toEqual(['conv', 'conv', 'dense']);
  expect(addBlock([conv, dense], 'dense').map((block) => block.kind)).toEqual(['conv', 'dense', 'dense']);
  expect(addBlock([], 'conv')).toEqual([conv]);
});

test('moving stops at either end', () => {
  expect(moveBlock([conv, dense], 0, 1)).toEqual([dense, conv]);
  expect(moveBlock([conv, dense], 0, -1)).toEqual([conv, dense]);
  expect(moveBlock([conv, dense], 1, 1)).toEqual([conv, dense]);
});

const graph: Graph = {
  name: 'test',
  input: { channels: 1, height: 28, width: 28 },
  layers: [
    {
      id: 'c1',
      input: 'input',
      op: 'conv2d',
      filters: 8,
      kernel: [3, 3],
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      groups: 1,
      bias: true,
    },
    { id: 'r1', input: 'c1', op: 'relu' },
    { id: 'p1', input: 'r1', op: 'maxPool2d', window: [2, 2], stride: [2, 2], padding: [0, 0] },
    { id: 'f', input: 'p1', op: 'flatten' },
    { id: 'd1', input: 'f', op: 'dense', units: 64, bias: true },
    { id: 'logits', input: 'd1', op: 'dense', units: 10, bias: true },
  ],
};

test('a mistake in a layer is shown at the block that made it', () => {
  expect(['c1', 'r1', 'p1'].map((id) => blockOfLayer(graph, id))).toEqual([0, 0, 0]);
  expect(['f', 'd1'].map((id) => blockOfLayer(graph, id))).toEqual([1, 1]);
  expect(blockOfLayer(graph, 'logits')).toBe(2);
});
