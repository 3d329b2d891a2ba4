import { describe, expect, test } from 'vitest';
import type { Network, OptimizerStep, Tensor } from '../../app/engine/index.ts';
import { given } from './golden.ts';
import { adam, adamw, batchOf, compile, sgd, smallCnn } from './nets.ts';

/** All parameters after `steps` steps on batches that differ. */
async function train(network: Network, optimizer: OptimizerStep, from: number, steps: number): Promise<void> {
  for (let step = from; step < from + steps; step += 1) {
    await network.trainStep(batchOf(smallCnn, 16 - (step % 3), step), optimizer);
  }
}

const trained = async (options: { seed?: number; threads?: number }, optimizer = sgd) => {
  using network = compile(smallCnn, options);
  await train(network, optimizer, 0, 5);
  // Awaited, so that the network is not disposed before it answers.
  return await network.readParameters();
};

describe('the same bits', () => {
  test.each([sgd, adam, adamw])('twice by $kind, and for 1, 2 and 3 threads', async (optimizer) => {
    const first = await trained({ threads: 1 }, optimizer);
    expect(await trained({ threads: 1 }, optimizer)).toStrictEqual(first);
    expect(await trained({ threads: 2 }, optimizer)).toStrictEqual(first);
    expect(await trained({ threads: 2 }, optimizer)).toStrictEqual(first);
    expect(await trained({ threads: 3 }, optimizer)).toStrictEqual(first);
  });

  test('another seed gives other weights', async () => {
    expect(await trained({ seed: 8 })).not.toEqual(await trained({ seed: 7 }));
  });

  test.each([sgd, { ...sgd, nesterov: true }, adam, adamw])(
    'of a network that goes on from its state, by $kind',
    async (optimizer) => {
      using straight = compile();
      await train(straight, optimizer, 0, 7);

      using stopped = compile();
      await train(stopped, optimizer, 0, 4);
      const [parameters, state] = [await stopped.readParameters(), await stopped.readOptimizerState()];
      expect(state).toMatchObject({ kind: optimizer.kind, step: 4 });

      using resumed = compile(smallCnn, { seed: 99 });
      await resumed.writeParameters(parameters);
      await resumed.writeOptimizerState(state);
      expect(await resumed.readParameters()).toStrictEqual(parameters);
      expect(await resumed.readOptimizerState()).toStrictEqual(state);
      await train(resumed, optimizer, 4, 3);
      expect(await resumed.readParameters()).toStrictEqual(await straight.readParameters());
    },
  );

  test('an optimiser whose state is forgotten does not go on the same', async () => {
    using network = compile();
    await train(network, sgd, 0, 4);
    using other = compile();
    await other.writeParameters(await network.readParameters());
    await train(network, sgd, 4, 1);
    await train(other, sgd, 4, 1);
    expect(await other.readParameters()).not.toEqual(await network.readParameters());
  });
});

describe('a network', () => {
  test.each([sgd, { ...sgd, nesterov: true }, adam, adamw])('learns by $kind', async (optimizer) => {
    using network = compile();
    const before = await network.evaluate(batchOf());
    await train(network, optimizer, 0, 60);
    const after = await network.evaluate(batchOf());
    expect(after.loss).toBeLessThan(0.3 * before.loss);
    expect(after.correct).toBe(16);
  });

  test.each(['binaryCrossEntropy', 'mse'] as const)('learns with the loss %s', async (loss) => {
    using network = compile(smallCnn, { loss });
    const before = await network.evaluate(batchOf());
    await train(network, sgd, 0, 60);
    expect((await network.evaluate(batchOf())).loss).toBeLessThan(0.5 * before.loss);
  });

  test('gives the same for pictures and for the same numbers as a tensor', async () => {
    using network = compile();
    const { pictures, count } = batchOf();
    const data = Float32Array.from(pictures, (value) => (value / 255 - 0.5) / 0.5);
    const fromPictures = await network.forward({ pictures, count });
    const fromTensor = await network.forward({ data, shape: [count, 1, 12, 12] });
    expect(fromTensor.shape).toEqual([count, 5]);
    fromTensor.data.forEach((value, at) => expect(value).toBeCloseTo(given(fromPictures.data[at]), 4));
  });

  test('each picture by itself gives what it gave among others', async () => {
    using network = compile();
    const { pictures, count } = batchOf();
    const together = await network.forward({ pictures, count });
    for (const at of [0, 7, 15]) {
      const alone = await network.forward({ pictures: pictures.slice(at * 144, (at + 1) * 144), count: 1 });
      expect(alone.data).toStrictEqual(together.data.slice(at * 5, (at + 1) * 5));
    }
  });

  test('evaluates as it goes forward, and changes nothing by it', async () => {
    using network = compile();
    const batch = batchOf();
    const parameters = await network.readParameters();
    const { logits, loss, correct } = await network.evaluate(batch);
    expect(logits).toStrictEqual(await network.forward(batch));
    const rows = Array.from({ length: 16 }, (_, at) => [...logits.data.slice(at * 5, (at + 1) * 5)]);
    const losses = rows.map((row, at) => {
      const greatest = Math.max(...row);
      const sum = row.reduce((total, z) => total + Math.exp(z - greatest), 0);
      return Math.log(sum) + greatest - given(row[given(batch.labels[at])]);
    });
    expect(loss).toBeCloseTo(losses.reduce((a, b) => a + b) / 16, 5);
    expect(correct).toBe(rows.filter((row, at) => row.indexOf(Math.max(...row)) === batch.labels[at]).length);
    expect(await network.readParameters()).toStrictEqual(parameters);
    expect(await network.readOptimizerState()).toEqual({ kind: null, step: 0, tensors: {} });
  });

  test('made for prediction needs less memory, and answers the same', async () => {
    using training = compile();
    using predicting = compile(smallCnn, { training: false });
    expect(predicting.arenaBytes).toBeLessThan(0.7 * training.arenaBytes);
    expect(await predicting.forward(batchOf())).toStrictEqual(await training.forward(batchOf()));
  });

  test('runs calls in the order in which they came, and takes a copy of what they bring', async () => {
    using one = compile();
    using other = compile();
    const batch = batchOf();
    const inARow = [0, 1, 2].map(() => one.trainStep(batch, sgd));
    const afterwards = one.readParameters();
    const losses = [];
    for (const _ of inARow) losses.push((await other.trainStep(batchOf(), sgd)).loss);
    batch.pictures.fill(0);
    expect((await Promise.all(inARow)).map(({ loss }) => loss)).toEqual(losses);
    expect(await afterwards).toStrictEqual(await other.readParameters());
  });

  test('names its parameters as PyTorch does', () => {
    using network = compile();
    expect(network.parameters).toEqual([
      { name: 'conv1.weight', shape: [32, 1, 3, 3], trainable: true },
      { name: 'conv1.bias', shape: [32], trainable: true },
      { name: 'conv2.weight', shape: [64, 32, 3, 3], trainable: true },
      { name: 'conv2.bias', shape: [64], trainable: true },
      { name: 'fc1.weight', shape: [128, 576], trainable: true },
      { name: 'fc1.bias', shape: [128], trainable: true },
      { name: 'fc2.weight', shape: [5, 128], trainable: true },
      { name: 'fc2.bias', shape: [5], trainable: true },
    ]);
    expect(network.classes).toBe(5);
  });
});

describe('first weights', () => {
  const moments = ({ data }: Tensor) => {
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    return { mean, variance: data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length };
  };
  /** Fan-in and fan-out of the two great ones. */
  const fans = { 'conv2.weight': [32 * 9, 64 * 9], 'fc1.weight': [576, 128] } as const;

  test('by He: normal, with the variance 2 / fan-in', async () => {
    using network = compile(smallCnn, { initialisation: 'he' });
    const parameters = await network.readParameters();
    for (const [name, [fanIn]] of Object.entries(fans)) {
      const { mean, variance } = moments(given(parameters[name]));
      const deviation = Math.sqrt(2 / fanIn);
      expect(Math.abs(mean)).toBeLessThan(0.05 * deviation);
      expect((variance * fanIn) / 2).toBeCloseTo(1, 1);
      // Of a normal distribution 31.7 % lie beyond one deviation.
      const beyond = given(parameters[name]).data.filter((value) => Math.abs(value) > deviation).length;
      expect(beyond / given(parameters[name]).data.length).toBeCloseTo(0.317, 1);
    }
  });

  test('by Glorot: uniform within ±√(6 / (fan-in + fan-out))', async () => {
    using network = compile(smallCnn, { initialisation: 'glorot' });
    const parameters = await network.readParameters();
    for (const [name, [fanIn, fanOut]] of Object.entries(fans)) {
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      const { mean, variance } = moments(given(parameters[name]));
      expect(Math.abs(mean)).toBeLessThan(0.05 * limit);
      expect((variance * 3) / limit ** 2).toBeCloseTo(1, 1);
      const greatest = given(parameters[name]).data.reduce(
        (most, value) => Math.max(most, Math.abs(value)),
        0,
      );
      expect(greatest).toBeLessThanOrEqual(limit * (1 + 1e-6));
      expect(greatest).toBeGreaterThan(0.99 * limit);
    }
  });

  test('biases begin at zero', async () => {
    using network = compile();
    const parameters = await network.readParameters();
    expect(given(parameters['fc1.bias']).data.every((value) => value === 0)).toBe(true);
  });
});
