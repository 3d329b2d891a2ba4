import { describe, expect, test } from 'vitest';
import type { Graph, Layer } from '../../app/contract/index.ts';
import { predictionGraph } from '../../app/core/model/prediction.ts';
import type { Tensor } from '../../app/engine/index.ts';
import { batchOf, classes, compile, sgd } from './nets.ts';

const conv = (id: string, input: string, filters: number): Layer => ({
  id,
  input,
  op: 'conv2d',
  filters,
  kernel: [3, 3],
  stride: [1, 1],
  padding: [1, 1, 1, 1],
  dilation: [1, 1],
  groups: 1,
  bias: true,
});
const dense = (id: string, input: string, units = classes): Layer => ({
  id,
  input,
  op: 'dense',
  units,
  bias: true,
});

/** A trunk with a head half-way that only training has, with dropout in it. */
const twoHeads: Graph = {
  name: 'two-heads',
  input: { channels: 1, height: 12, width: 12 },
  layers: [
    conv('conv1', 'input', 4),
    { id: 'relu1', input: 'conv1', op: 'relu' },
    {
      id: 'side-pool',
      input: 'relu1',
      op: 'avgPool2d',
      window: [5, 5],
      stride: [3, 3],
      padding: [0, 0],
      ceilMode: true,
    },
    { id: 'side-flat', input: 'side-pool', op: 'flatten' },
    { id: 'side-drop', input: 'side-flat', op: 'dropout', rate: 0.5 },
    dense('side-fc', 'side-drop'),
    conv('conv2', 'relu1', 6),
    { id: 'pool', input: 'conv2', op: 'globalAvgPool' },
    { id: 'flat', input: 'pool', op: 'flatten' },
    dense('fc', 'flat'),
  ],
  auxiliary: [{ layer: 'side-fc', weight: 0.3 }],
};
const { auxiliary: _, ...oneHead } = twoHeads;
const batch = batchOf(twoHeads);

/** The parameters that the network which predicts has. */
const ofPrediction = (tensors: Record<string, Tensor>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.startsWith('side-')));

describe('a network with an auxiliary head', () => {
  test('learns the same bits with 1, 2 and 3 threads, in the head too', async () => {
    const trained = async (threads: number) => {
      using network = compile(twoHeads, { threads });
      const before = await network.readParameters();
      for (let step = 0; step < 4; step += 1) await network.trainStep(batchOf(twoHeads, 16, step), sgd);
      const after = await network.readParameters();
      expect(after['side-fc.weight']).not.toEqual(before['side-fc.weight']);
      return after;
    };
    const first = await trained(1);
    expect(await trained(2)).toStrictEqual(first);
    expect(await trained(3)).toStrictEqual(first);
  });

  test('answers and is evaluated as the network without it', async () => {
    using network = compile(twoHeads);
    for (let step = 0; step < 3; step += 1) await network.trainStep(batch, sgd);
    const parameters = await network.readParameters();
    using predicting = compile(twoHeads, { training: false });
    await predicting.writeParameters(parameters);
    using alone = compile(predictionGraph(twoHeads), { training: false });
    await alone.writeParameters(ofPrediction(parameters));
    const expected = await alone.evaluate(batch);
    expect(await network.evaluate(batch)).toStrictEqual(expected);
    expect(await predicting.evaluate(batch)).toStrictEqual(expected);
    expect((await predicting.forward(batch)).data).toStrictEqual(expected.logits.data);
    // What only training has takes no memory then.
    expect(predicting.arenaBytes).toBe(alone.arenaBytes);
  });

  test('adds the weighted loss of the head to that of the logits', async () => {
    const still = { ...sgd, learningRate: 0 };
    const weighted = async (weight: number) => {
      using network = compile({ ...oneHead, auxiliary: [{ layer: 'side-fc', weight }] });
      const { loss } = await network.trainStep(batch, still);
      const { 'side-fc.weight': side, 'fc.weight': main } = await network.readGradients();
      return { loss, side, main, own: (await network.evaluate(batch)).loss };
    };
    const one = await weighted(1);
    const two = await weighted(2);
    expect(one.loss).toBeGreaterThan(one.own);
    expect(two.loss - two.own).toBeCloseTo(2 * (one.loss - one.own), 5);
    expect(two.side?.data).toStrictEqual(one.side?.data.map((value) => 2 * value));
    expect(two.main).toStrictEqual(one.main);
  });
});

describe('auxiliary heads are refused', () => {
  const changed = (auxiliary: Graph['auxiliary'], layers = twoHeads.layers): Graph => ({
    ...oneHead,
    layers,
    ...(auxiliary === undefined ? {} : { auxiliary }),
  });
  const replaced = (layer: Layer) => twoHeads.layers.map((each) => (each.id === layer.id ? layer : each));
  test.each<[string, RegExp, Graph]>([
    ['as dead ends that nobody named', /side-fc.*no layer reads/, changed(undefined)],
    [
      'that are not there',
      /nowhere.*no such layer/,
      changed([
        { layer: 'side-fc', weight: 1 },
        { layer: 'nowhere', weight: 1 },
      ]),
    ],
    [
      'that another layer reads',
      /conv2.*no other layer may read it/,
      changed([
        { layer: 'side-fc', weight: 1 },
        { layer: 'conv2', weight: 1 },
      ]),
    ],
    [
      'of another number of classes',
      /side-fc.*as many as there are logits/,
      changed(twoHeads.auxiliary, replaced(dense('side-fc', 'side-drop', 3))),
    ],
    [
      'that are the logits again',
      /fc.*two losses/,
      changed([
        { layer: 'side-fc', weight: 1 },
        { layer: 'fc', weight: 1 },
      ]),
    ],
  ])('%s', (_, reason, graph) => {
    expect(() => compile(graph)).toThrow(reason);
  });
});
