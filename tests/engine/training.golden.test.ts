import { describe, expect, test } from 'vitest';
import { graph as graphSchema, type Graph } from '../../app/contract/index.ts';
import { Network, type NetworkOptions, type OptimizerStep, type Tensor } from '../../app/engine/index.ts';
import { expectNear, given, Golden, relativeError } from './golden.ts';

const golden = new Golden('training');
const { mean, std } = golden.described('normalisation') as { mean: number; std: number };

/** The network with PyTorch's first weights. */
async function begin(graph: Graph, folder: string, options: Partial<NetworkOptions> = {}): Promise<Network> {
  const each = (value: number): number[] => new Array<number>(graph.input.channels).fill(value);
  const normalisation = { mean: each(mean), std: each(std) };
  const network = Network.compile(graph, { seed: 0, threads: 2, maxBatch: 8, normalisation, ...options });
  await network.writeParameters(golden.below(`${folder}/parameters`));
  return network;
}

const batchOf = (folder: string) => {
  const labels = golden.int32(`${folder}/labels`);
  return { pictures: golden.bytes(`${folder}/pictures`), labels, count: labels.length };
};

interface Variants<T> {
  graph: unknown;
  variants: Record<string, T>;
}

describe('losses against PyTorch, with auxiliary heads', () => {
  const told = golden.described('losses') as Variants<{ options: Partial<NetworkOptions>; soft: boolean }>;
  const graph = graphSchema.parse(told.graph);
  const { pictures, labels, count } = batchOf('losses');
  const targets = golden.tensor('losses/shares').data;
  const still: OptimizerStep = { kind: 'sgd', learningRate: 0, momentum: 0, nesterov: false, weightDecay: 0 };

  test.each(Object.entries(told.variants))('%s', async (name, { options, soft }) => {
    using network = await begin(graph, 'losses', options);
    const batch = soft ? { pictures, count, targets } : { pictures, count, labels };
    const { loss } = await network.trainStep(batch, still);
    expect(loss / golden.scalar(`losses/${name}/loss`)).toBeCloseTo(1, 5);
    const gradients = await network.readGradients();
    for (const [key, expected] of Object.entries(golden.below(`losses/${name}/gradients`))) {
      expectNear(given(gradients[key]), expected, key, 3e-5);
    }
  });

  test('shares that are all in one class are labels', async () => {
    const oneHot = new Float32Array(targets.length);
    labels.forEach((label, picture) => (oneHot[picture * (targets.length / count) + label] = 1));
    for (const options of [
      { labelSmoothing: 0.3 },
      { loss: 'mse' },
      { loss: 'binaryCrossEntropy' },
    ] as const) {
      using network = await begin(graph, 'losses', options);
      const hard = await network.evaluate({ pictures, count, labels });
      const soft = await network.evaluate({ pictures, count, targets: oneHot });
      expect(soft.correct).toBe(hard.correct);
      expect(soft.loss / hard.loss).toBeCloseTo(1, 6);
    }
  });
});

describe('optimisers against PyTorch', () => {
  const told = golden.described('optimizers') as Variants<OptimizerStep>;
  const graph = graphSchema.parse(told.graph);
  const batch = batchOf('optimizers');

  test.each(Object.entries(told.variants))('ten steps %s', async (name, how) => {
    using network = await begin(graph, 'optimizers');
    const losses = golden.tensor(`optimizers/${name}/losses`).data;
    for (const expected of losses) {
      const { loss } = await network.trainStep(batch, how);
      expect(loss / expected).toBeCloseTo(1, 4);
    }
    const first = golden.below('optimizers/parameters');
    const trained = await network.readParameters();
    for (const [key, expected] of Object.entries(golden.below(`optimizers/${name}/trained`))) {
      if (how.rates?.[key] === 0) expect(given(trained[key]), key).toStrictEqual(given(first[key]));
      else expectNear(given(trained[key]), expected, key, 1e-4);
    }
    await network.withAverage(async () => {
      const stands = await network.readParameters();
      if (how.averageDecay === undefined) {
        expect(stands).toStrictEqual(trained);
        return;
      }
      for (const [key, expected] of Object.entries(golden.below(`optimizers/${name}/average`))) {
        expectNear(given(stands[key]), expected, key, 1e-4);
        expect(relativeError(given(trained[key]).data, expected.data), `${key} lags`).toBeGreaterThan(1e-3);
      }
      const logits = await network.forward(batch);
      expectNear(logits, golden.tensor(`optimizers/${name}/logits of the average`), 'logits', 1e-4);
      await expect(network.trainStep(batch, how)).rejects.toThrow(/average stands/);
    });
    expect(await network.readParameters()).toStrictEqual(trained);
  });
});

describe('fifty steps against PyTorch, on batches that differ', () => {
  const told = golden.described('fifty steps') as {
    graphs: unknown[];
    optimizer: OptimizerStep;
    batch: number;
  };
  test.each(told.graphs.map((each): Graph => graphSchema.parse(each)))('$name', async (graph) => {
    const folder = `fifty steps/${graph.name}`;
    const { pictures, labels, count: pool } = batchOf(folder);
    const size = pictures.length / pool;
    using network = await begin(graph, folder);
    const losses = golden.tensor(`${folder}/losses`).data;
    expect(losses).toHaveLength(50);
    for (const [step, expected] of losses.entries()) {
      const rows = Array.from({ length: told.batch }, (_, place) => (step * 5 + place * 7) % pool);
      const { loss } = await network.trainStep(
        {
          pictures: Uint8Array.from(
            rows.flatMap((row) => [...pictures.subarray(row * size, (row + 1) * size)]),
          ),
          labels: Int32Array.from(rows, (row) => given(labels[row])),
          count: told.batch,
        },
        told.optimizer,
      );
      expect(Math.abs(loss - expected), `step ${step + 1}`).toBeLessThan(step < 10 ? 1e-4 : 1e-2);
    }
  });
});

describe('what an optimiser keeps', () => {
  const told = golden.described('optimizers') as Variants<OptimizerStep>;
  const graph = graphSchema.parse(told.graph);
  const batch = batchOf('optimizers');
  const how: OptimizerStep = {
    ...given(told.variants['in groups']),
    averageDecay: 0.9,
  };
  const bits = async (network: Network): Promise<Record<string, Tensor>> => ({
    ...(await network.readParameters()),
    ...(await network.readOptimizerState()).tensors,
  });

  test('clipping, groups and the average give the same bits for 1, 2 and 3 threads', async () => {
    const trained = async (threads: number) => {
      using network = await begin(graph, 'optimizers', { threads });
      for (let step = 0; step < 4; step += 1) await network.trainStep(batch, how);
      return await bits(network);
    };
    const first = await trained(1);
    expect(Object.keys(first)).toContain('norm1.running_mean.average');
    expect(await trained(2)).toStrictEqual(first);
    expect(await trained(3)).toStrictEqual(first);
  });

  test('is read and written whole: a resumed run has the same bits, the average included', async () => {
    using straight = await begin(graph, 'optimizers');
    for (let step = 0; step < 7; step += 1) await straight.trainStep(batch, how);
    using stopped = await begin(graph, 'optimizers');
    for (let step = 0; step < 4; step += 1) await stopped.trainStep(batch, how);
    using resumed = await begin(graph, 'optimizers');
    await resumed.writeParameters(await stopped.readParameters());
    await resumed.writeOptimizerState(await stopped.readOptimizerState());
    for (let step = 4; step < 7; step += 1) await resumed.trainStep(batch, how);
    expect(await bits(resumed)).toStrictEqual(await bits(straight));
  });

  test.each<[string, Partial<OptimizerStep>, RegExp]>([
    ['a rate of nothing', { rates: { 'nothing.weight': 1 } }, /not a parameter that learns/],
    ['a rate of running statistics', { rates: { 'norm1.running_mean': 0 } }, /not a parameter that learns/],
    ['a negative rate', { rates: { 'fc.weight': -1 } }, /fc\.weight cannot be negative/],
    ['a negative norm', { clipNorm: -1 }, /clipNorm/],
    ['an average that never moves', { averageDecay: 1 }, /averageDecay/],
  ])('%s is refused before anything changes', async (_, wrong, reason) => {
    using network = await begin(graph, 'optimizers');
    const before = await bits(network);
    await expect(network.trainStep(batch, { ...how, rates: {}, ...wrong })).rejects.toThrow(reason);
    expect(await bits(network)).toStrictEqual(before);
  });

  test.each<[string, Partial<NetworkOptions>, RegExp]>([
    ['smoothing of another loss', { loss: 'mse', labelSmoothing: 0.1 }, /softmaxCrossEntropy alone/],
    ['smoothing all away', { labelSmoothing: 1 }, /below 1/],
    ['too few weights', { classWeights: [1, 2] }, /2 classWeights for 4 classes/],
    ['a class without weight', { classWeights: [1, 2, 0, 1] }, /above 0/],
  ])('a loss with %s is refused', (_, options, reason) => {
    const each = new Array<number>(graph.input.channels).fill(0.5);
    const common = { seed: 0, threads: 1, maxBatch: 8, normalisation: { mean: each, std: each } };
    expect(() => Network.compile(graph, { ...common, ...options })).toThrow(reason);
  });
});
