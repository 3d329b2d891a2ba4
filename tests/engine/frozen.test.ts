import { describe, expect, test } from 'vitest';
import { graph as graphSchema, type Graph } from '../../app/contract/index.ts';
import { DataSet, Network, type NetworkOptions } from '../../app/engine/index.ts';
import { expectNear, given, Golden, relativeError } from './golden.ts';
import { adamw, sgd } from './nets.ts';

const golden = new Golden('networks');
const resnet = given(
  (golden.described('graphs') as unknown[])
    .map((each): Graph => graphSchema.parse(each))
    .find(({ name }) => name === 'small-resnet'),
);
const labels = golden.int32('small-resnet/labels');
const batch = { pictures: golden.bytes('small-resnet/pictures'), labels, count: labels.length };
const numbered = new Set(['conv2d', 'batchNorm2d', 'dense']);
const withNumbers = resnet.layers.filter(({ op }) => numbered.has(op)).map(({ id }) => id);
const prefix = withNumbers.slice(0, withNumbers.indexOf('fc'));

async function begin(options: Partial<NetworkOptions>): Promise<Network> {
  const normalisation = { mean: [0.4, 0.4, 0.4], std: [0.3, 0.3, 0.3] };
  const network = Network.compile(resnet, { seed: 0, threads: 2, maxBatch: 8, normalisation, ...options });
  await network.writeParameters(golden.below('small-resnet/parameters'));
  return network;
}

const layerOf = (parameter: string): string => parameter.slice(0, parameter.lastIndexOf('.'));

describe('frozen layers', () => {
  test.each([
    ['in front', prefix],
    ['the stem', ['conv1', 'norm1']],
    ['in the middle', ['conv2b', 'norm2b', 'conv3a']],
    ['convolutions alone', ['conv1', 'conv2a']],
    ['the last one', ['fc']],
  ])('%s stay as they are, and the others learn', async (_, frozen) => {
    using network = await begin({ frozen });
    const before = await network.readParameters();
    for (let step = 0; step < 5; step++) await network.trainStep(batch, { ...adamw, weightDecay: 0.5 });
    for (const [name, tensor] of Object.entries(await network.readParameters())) {
      const moved = relativeError(tensor.data, given(before[name]).data);
      if (frozen.includes(layerOf(name))) expect(moved, name).toBe(0);
      else expect(moved, name).toBeGreaterThan(0);
    }
    const trainable = network.parameters.filter((parameter) => parameter.trainable).map(({ name }) => name);
    expect(trainable.some((name) => frozen.includes(layerOf(name)))).toBe(false);
    expect(Object.keys(await network.readGradients())).toEqual(trainable);
    const { tensors } = await network.readOptimizerState();
    expect(Object.keys(tensors)).toEqual(
      trainable.map((name) => `${name}.m`).concat(trainable.map((name) => `${name}.v`)),
    );
  });

  test('in the middle, what learns before them has the gradients of the loss', async () => {
    using frozen = await begin({ frozen: ['conv3b', 'fc'] });
    using free = await begin({});
    const still = { ...sgd, learningRate: 0, weightDecay: 0 };
    expect(await frozen.trainStep(batch, still)).toEqual(await free.trainStep(batch, still));
    const [some, all] = [await frozen.readGradients(), await free.readGradients()];
    for (const [name, tensor] of Object.entries(some)) expectNear(tensor, given(all[name]), name, 1e-6);
    expect(Object.keys(some).length).toBe(Object.keys(all).length - 3);
  });

  test('in front need less memory', async () => {
    using frozen = await begin({ frozen: prefix });
    using free = await begin({});
    expect(frozen.arenaBytes).toBeLessThan(0.8 * free.arenaBytes);
    for (const network of [frozen, free]) await network.trainStep(batch, adamw);
    expect(await frozen.totalBytes()).toBeLessThan(0.8 * (await free.totalBytes()));
  });

  test('in front train the rest as a network of its own does on their features', async () => {
    using whole = await begin({ frozen: prefix });
    const features = given((await whole.features(batch, ['pool']))['pool']);
    const [count, channels] = features.shape as [number, number];
    using set = new DataSet({ kind: 'numbers', size: channels, labels });
    set.write(0, features.data);
    const graph: Graph = {
      name: 'head',
      input: { channels, height: 1, width: 1 },
      layers: [
        { id: 'flatten', op: 'flatten', input: 'input' },
        { id: 'fc', op: 'dense', input: 'flatten', units: 4, bias: true },
      ],
    };
    const each = new Array<number>(channels).fill(1);
    using head = Network.compile(graph, {
      seed: 0,
      threads: 1,
      maxBatch: 8,
      normalisation: { mean: each, std: each },
    });
    const parameters = golden.below('small-resnet/parameters');
    await head.writeParameters({
      'fc.weight': given(parameters['fc.weight']),
      'fc.bias': given(parameters['fc.bias']),
    });
    const rows = Int32Array.from({ length: count }, (_, row) => row);
    const learningRates = new Float64Array(1).fill(0.02);
    for (let step = 0; step < 10; step++) {
      const { loss } = await whole.trainStep(batch, sgd);
      const epoch = { rows, batchSize: 8, learningRates, optimizer: sgd };
      await head.trainEpoch(set, epoch, ([told]) => expect(given(told).loss).toBeCloseTo(loss, 5));
    }
    const trained = await whole.readParameters();
    for (const [name, tensor] of Object.entries(await head.readParameters())) {
      expectNear(tensor, given(trained[name]), name, 1e-5);
    }
  });

  test('go on from a checkpoint with the same bits', async () => {
    using straight = await begin({ frozen: prefix });
    for (let step = 0; step < 6; step++) await straight.trainStep(batch, adamw);
    using stopped = await begin({ frozen: prefix });
    for (let step = 0; step < 3; step++) await stopped.trainStep(batch, adamw);
    using resumed = await begin({ frozen: prefix, seed: 9 });
    await resumed.writeParameters(await stopped.readParameters());
    await resumed.writeOptimizerState(await stopped.readOptimizerState());
    for (let step = 0; step < 3; step++) await resumed.trainStep(batch, adamw);
    expect(await resumed.readParameters()).toStrictEqual(await straight.readParameters());
  });

  test('that are not there, or are all that there is, are refused', async () => {
    await expect(begin({ frozen: ['nobody'] })).rejects.toMatchObject({
      code: 'graphInvalid',
      details: { layer: 'nobody' },
    });
    await expect(begin({ frozen: withNumbers })).rejects.toMatchObject({ code: 'graphInvalid' });
    using predicting = await begin({ frozen: withNumbers, training: false });
    expectNear(await predicting.forward(batch), golden.tensor('small-resnet/logits'), 'logits', 3e-6);
  });
});
