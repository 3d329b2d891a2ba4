import { expect, test } from 'vitest';
import type { ArchitectureName } from '../../../app/contract/index.ts';
import { architectures, buildArchitecture } from '../../../app/core/model/architectures.ts';
import { describeGraph } from '../../../app/core/model/describe.ts';
import { networkBlocks } from '../../../app/core/model/network-blocks.ts';

const built = (name: ArchitectureName, imageSize = 224) =>
  buildArchitecture(name, { channels: 3, imageSize, classes: 5 });
const names = (name: ArchitectureName) => networkBlocks(built(name)).map((block) => block.name);

test('blocks are called as the modules of the network, the classifier last', () => {
  expect(names('efficientnet-lite0')).toEqual([
    '_conv_stem',
    ...Array.from({ length: 16 }, (_, index) => `_blocks.${index}`),
    '_conv_head',
    '_fc',
  ]);
  expect(names('resnet-18')).toEqual([
    'conv1',
    ...['layer1', 'layer2', 'layer3', 'layer4'].flatMap((layer) => [`${layer}.0`, `${layer}.1`]),
    'fc',
  ]);
  expect(names('resnet-20')).toEqual([
    'conv',
    ...[1, 2, 3].flatMap((stage) => [1, 2, 3].map((block) => `stage${stage}.block${block}`)),
    'fc',
  ]);
  expect(names('alexnet').at(-1)).toBe('classifier.6');
  expect(names('googlenet')).toEqual([
    'conv1.conv',
    'conv2.conv',
    'conv3.conv',
    ...['3a', '3b', '4a', '4b', '4c', '4d', '4e', '5a', '5b'].map((name) => `inception${name}`),
    'fc',
  ]);
});

test.each(architectures())(
  'every weight of $name is in one block, in order',
  ({ name, defaultImageSize }) => {
    const graph = built(name, defaultImageSize);
    const target = { channels: 3, imageSize: defaultImageSize, classes: 5 };
    const { blocks, parameters } = describeGraph(graph, target);
    expect(blocks.reduce((sum, block) => sum + block.parameters, 0)).toBe(parameters);
    const ids = blocks.flatMap(({ layers }) => layers);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(blocks.map((block) => block.name)).size).toBe(blocks.length);
    expect(blocks.at(-1)?.layers).toHaveLength(1);
  },
);
