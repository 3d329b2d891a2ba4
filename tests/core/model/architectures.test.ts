import { describe, expect, it } from 'vitest';
import { architectureName, layerInputs, TesseraError, type Block } from '../../../app/contract/index.ts';
import { architectures, buildArchitecture } from '../../../app/core/model/architectures.ts';
import { graphFromBlocks } from '../../../app/core/model/blocks.ts';
import { chooseGraph } from '../../../app/core/model/choose.ts';
import { checkGraph, describeGraph } from '../../../app/core/model/describe.ts';
import { conv2d, graphOf } from './graphs.ts';

const grey = { channels: 1, imageSize: 28, classes: 10 };

/** `layer: output, parameters, multiply-adds` of the layers that learn, and the sums. */
function figures(name: string, target = grey) {
  const { layers, parameters, multiplyAdds, problem } = describeGraph(
    buildArchitecture(name, target),
    target,
  );
  expect(problem).toBeNull();
  const learning = layers.filter((layer) => layer.parameters > 0);
  return {
    layers: learning.map(({ id, outputShape, parameters, multiplyAdds }) => [
      id,
      outputShape.join('×'),
      parameters,
      multiplyAdds,
    ]),
    parameters,
    multiplyAdds,
  };
}

// Counted by hand: weights are filters · channels · kernel², or inputs · units; each filter and unit has a bias.
describe('what the architectures cost', () => {
  it('lenet: 107,786 parameters, 693,000 multiply-adds', () => {
    expect(figures('lenet')).toEqual({
      layers: [
        ['conv1', '6×28×28', 6 * 25 + 6, 25 * 6 * 784],
        ['conv2', '16×14×14', 16 * 6 * 25 + 16, 150 * 16 * 196],
        ['fc1', '120', 784 * 120 + 120, 784 * 120],
        ['fc2', '84', 120 * 84 + 84, 120 * 84],
        ['fc3', '10', 84 * 10 + 10, 84 * 10],
      ],
      parameters: 107_786,
      multiplyAdds: 693_000,
    });
  });

  it('small-cnn: 421,642 parameters, 4,241,152 multiply-adds', () => {
    expect(figures('small-cnn')).toEqual({
      layers: [
        ['conv1', '32×28×28', 32 * 9 + 32, 9 * 32 * 784],
        ['conv2', '64×14×14', 64 * 32 * 9 + 64, 288 * 64 * 196],
        ['fc1', '128', 64 * 49 * 128 + 128, 64 * 49 * 128],
        ['fc2', '10', 128 * 10 + 10, 128 * 10],
      ],
      parameters: 421_642,
      multiplyAdds: 4_241_152,
    });
  });

  it('small-cnn on colour pictures of 32 × 32 in three classes', () => {
    const { parameters } = figures('small-cnn', { channels: 3, imageSize: 32, classes: 3 });
    expect(parameters).toBe(32 * 27 + 32 + 18_496 + (64 * 64 * 128 + 128) + (128 * 3 + 3));
  });

  it('is what the list of architectures says', () => {
    const listed = architectures().map(({ name, parameters, multiplyAdds, defaultImageSize }) => ({
      name,
      parameters,
      multiplyAdds,
      defaultImageSize,
    }));
    expect(listed.slice(0, 3)).toEqual([
      { name: 'small-cnn', parameters: 421_642, multiplyAdds: 4_241_152, defaultImageSize: 28 },
      { name: 'lenet', parameters: 107_786, multiplyAdds: 693_000, defaultImageSize: 28 },
      { name: 'resnet-20', parameters: 272_186, multiplyAdds: 40_518_272, defaultImageSize: 32 },
    ]);
  });
});

describe('every architecture', () => {
  const names = architectures().map(({ name }) => name);

  it('is in the list of names, each once', () => {
    expect([...names].sort()).toEqual([...architectureName.options].sort());
  });

  it.each(architectures())(
    '$name fits pictures from $leastImageSize pixels on, grey and in colour',
    ({ name, leastImageSize }) => {
      for (const imageSize of [leastImageSize, leastImageSize + 1, 64, 65, 96, 224, 231, 256]) {
        for (const channels of [1, 3]) {
          const target = { channels, imageSize, classes: 2 };
          expect(checkGraph(buildArchitecture(name, target), target).at(-1)?.output).toEqual([2]);
        }
      }
    },
  );

  it.each(architectures().filter(({ name }) => name.startsWith('vgg') || name === 'alexnet'))(
    '$name says where smaller pictures do not fit',
    ({ name, leastImageSize }) => {
      const target = { channels: 3, imageSize: leastImageSize - 1, classes: 2 };
      const { problem } = describeGraph(buildArchitecture(name, target), target);
      expect(problem?.reason).toMatch(/^its window of \d × \d is larger than the \d × \d that it gets$/);
    },
  );

  // As torchvision counts them, for a thousand classes (EfficientNet-Lite0: the package efficientnet_lite_pytorch).
  it.each([
    ['alexnet', 61_100_840],
    ['vgg-11', 132_863_336],
    ['vgg-11-bn', 132_868_840],
    ['vgg-13', 133_047_848],
    ['vgg-13-bn', 133_053_736],
    ['vgg-16', 138_357_544],
    ['vgg-16-bn', 138_365_992],
    ['vgg-19', 143_667_240],
    ['vgg-19-bn', 143_678_248],
    ['resnet-18', 11_689_512],
    ['resnet-34', 21_797_672],
    ['resnet-50', 25_557_032],
    // torchvision's 13,004,888 hold the heads, which the finished model does without.
    ['googlenet', 6_624_904],
    ['mobilenet-v2', 3_504_872],
    ['efficientnet-lite0', 4_652_008],
  ])('%s has the parameters of the model that it follows', (name, parameters) => {
    const target = { channels: 3, imageSize: 224, classes: 1000 };
    expect(describeGraph(buildArchitecture(name, target), target)).toMatchObject({
      parameters,
      problem: null,
    });
  });

  it('averages a larger map down to what the dense layers of AlexNet and VGG take', () => {
    for (const [name, side] of [
      ['alexnet', 6],
      ['vgg-11', 7],
    ] as const) {
      for (const imageSize of [224, 256, 448]) {
        const target = { channels: 3, imageSize, classes: 2 };
        const { layers } = describeGraph(buildArchitecture(name, target), target);
        expect(layers.find(({ id }) => id === 'flatten')?.inputShape.slice(1)).toEqual([side, side]);
      }
    }
  });

  it('resnet-20 has 19 convolutions and a dense layer one after the other, and two shortcuts beside them', () => {
    const { layers } = buildArchitecture('resnet-20', { channels: 3, imageSize: 32, classes: 10 });
    const convolutions = layers.filter(({ op }) => op === 'conv2d').map(({ id }) => id);
    expect(convolutions.filter((id) => !id.endsWith('shortcut'))).toHaveLength(19);
    expect(convolutions.filter((id) => id.endsWith('shortcut'))).toEqual([
      'stage2.block1.shortcut',
      'stage3.block1.shortcut',
    ]);
    expect(layers.filter(({ op }) => op === 'add')).toHaveLength(9);
  });

  const formed = architectures().filter(({ blocks }) => blocks !== null);
  it.each(formed)('$name is the network that its layer form makes', ({ name, blocks }) => {
    expect(graphFromBlocks(name, blocks ?? [], grey)).toEqual(buildArchitecture(name, grey));
  });

  it('is handed out as a copy', () => {
    architectures()[0]?.blocks?.pop();
    expect(architectures()[0]?.blocks).toHaveLength(3);
  });

  it('is refused with the names that there are when it is not there', () => {
    const unknown = new TesseraError('modelUnknown', {
      name: 'alexnot',
      known: names.join(', '),
    });
    expect(() => buildArchitecture('alexnot', grey)).toThrow(unknown);
  });
});

describe('a network from the layer form', () => {
  const conv: Block = { kind: 'conv', filters: 4, kernel: 3, stride: 2, activation: 'tanh', pool: null };

  it('names its layers by kind and number, and flattens before the first dense one', () => {
    const pool = { kind: 'avg', window: 3, stride: 2 } as const;
    const blocks: Block[] = [
      { ...conv, activation: 'relu', pool },
      conv,
      { kind: 'dense', units: 7, activation: 'sigmoid' },
      { kind: 'dense', units: 5, activation: 'none' },
    ];
    const { layers } = graphFromBlocks('mine', blocks, grey);
    expect(layers.map((layer) => `${layer.id} ${layer.op} < ${layerInputs(layer).join()}`)).toEqual([
      'conv1 conv2d < input',
      'relu1 relu < conv1',
      'pool1 avgPool2d < relu1',
      'conv2 conv2d < pool1',
      'tanh1 tanh < conv2',
      'flatten1 flatten < tanh1',
      'fc1 dense < flatten1',
      'sigmoid1 sigmoid < fc1',
      'fc2 dense < sigmoid1',
      'fc3 dense < fc2',
    ]);
    expect(layers[2]).toMatchObject({ window: [3, 3], stride: [2, 2], padding: [0, 0] });
    expect(layers[3]).toMatchObject({ filters: 4, kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] });
    expect(layers.at(-1)).toMatchObject({ units: 10 });
  });

  it('of no blocks at all is one dense layer on the pixels', () => {
    const { parameters, problem } = describeGraph(graphFromBlocks('mine', [], grey), grey);
    expect({ parameters, problem }).toEqual({ parameters: 784 * 10 + 10, problem: null });
  });

  it('with a convolution after a dense layer says where and why, and describes what fits', () => {
    const graph = chooseGraph(
      { kind: 'blocks', blocks: [{ kind: 'dense', units: 3, activation: 'none' }, conv] },
      grey,
    );
    const { problem, layers } = describeGraph(graph, grey);
    expect(problem).toEqual({
      layer: 'conv1',
      reason: 'it got 3 numbers in a row, but expects channels × height × width',
    });
    expect(layers.map(({ id }) => id)).toEqual(['flatten1', 'fc1']);
  });
});

describe('a whole graph', () => {
  const flat = { id: 'flat', input: 'conv', op: 'flatten' } as const;
  const dense = { id: 'logits', input: 'flat', op: 'dense', units: 10, bias: false } as const;

  it('is taken as it is', () => {
    const graph = graphOf([1, 28, 28], conv2d(), flat, dense);
    expect(chooseGraph({ kind: 'graph', graph }, grey)).toBe(graph);
    expect(describeGraph(graph, grey)).toMatchObject({ parameters: 9 + 1 + 26 * 26 * 10, problem: null });
  });

  it('with groups has a filter look at its own channels alone', () => {
    const layer = conv2d({ filters: 4, groups: 2, bias: false });
    const { layers } = describeGraph(graphOf([6, 5, 5], layer), grey);
    expect(layers[0]).toMatchObject({ parameters: 4 * 3 * 9, multiplyAdds: 4 * 3 * 9 * 9 });
  });

  it.each([
    [
      'must take the pictures',
      graphOf([3, 28, 28], conv2d(), flat, dense),
      { layer: 'input', reason: 'it takes 3 × 28 × 28, but the pictures are 1 × 28 × 28' },
    ],
    [
      'must give one number for each class',
      graphOf([1, 28, 28], conv2d(), flat, { ...dense, units: 9 }),
      {
        layer: 'logits',
        reason: 'it gives 9, but the last layer must give one number for each of 10 classes',
      },
    ],
    [
      'must end in a row',
      graphOf([1, 28, 28], conv2d()),
      {
        layer: 'conv',
        reason: 'it gives 1 × 26 × 26, but the last layer must give one number for each of 10 classes',
      },
    ],
  ])('%s', (_, graph, problem) => {
    expect(describeGraph(graph, grey).problem).toEqual(problem);
    expect(() => checkGraph(graph, grey)).toThrow(new TesseraError('graphInvalid', problem));
  });
});
