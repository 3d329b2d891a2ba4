import { describe, expect, test } from 'vitest';
import type { Graph, Layer } from '../../app/contract/index.ts';
import type { Network, OptimizerStep } from '../../app/engine/index.ts';
import { beginning } from '../../app/core/training/loop-state.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../app/jobs/checkpoint.ts';
import { adam, adamw, batchOf, classes, compile, sgd } from './nets.ts';

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
  bias: false,
});
const norm = (id: string, input: string): Layer => ({
  id,
  input,
  op: 'batchNorm2d',
  epsilon: 1e-5,
  momentum: 0.1,
});

/** A residual block, an inception block, batch norm and dropout. */
const branched: Graph = {
  name: 'branched',
  input: { channels: 1, height: 12, width: 12 },
  layers: [
    conv('conv1', 'input', 8),
    norm('norm1', 'conv1'),
    { id: 'relu1', input: 'norm1', op: 'relu' },
    conv('conv2', 'relu1', 8),
    norm('norm2', 'conv2'),
    { id: 'add', inputs: ['norm2', 'relu1'], op: 'add' },
    { id: 'relu2', input: 'add', op: 'relu' },
    { id: 'pool', input: 'relu2', op: 'maxPool2d', window: [2, 2], stride: [2, 2], padding: [0, 0] },
    conv('left', 'pool', 4),
    { id: 'left-relu', input: 'left', op: 'relu6' },
    conv('right', 'pool', 6),
    { id: 'right-swish', input: 'right', op: 'hardSwish' },
    { id: 'all', inputs: ['left-relu', 'right-swish', 'pool'], op: 'concat' },
    { id: 'flatten', input: 'all', op: 'flatten' },
    { id: 'drop', input: 'flatten', op: 'dropout', rate: 0.4 },
    { id: 'fc', input: 'drop', op: 'dense', units: classes, bias: true },
  ],
};

/** Steps `from` to `to` on batches that differ. */
async function train(network: Network, optimizer: OptimizerStep, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step += 1) {
    await network.trainStep(batchOf(branched, 16 - (step % 3), step), optimizer);
  }
}

describe('a network with branches, batch norm and dropout', () => {
  test('has the same bits for 1, 2 and 3 threads', async () => {
    const trained = async (threads: number) => {
      using network = compile(branched, { threads });
      await train(network, sgd, 0, 4);
      return await network.readParameters();
    };
    const first = await trained(1);
    expect(await trained(2)).toStrictEqual(first);
    expect(await trained(3)).toStrictEqual(first);
  });

  test.each([sgd, adam, adamw])('goes on from a checkpoint to the same bits, by $kind', async (optimizer) => {
    using straight = compile(branched);
    await train(straight, optimizer, 0, 7);

    using stopped = compile(branched);
    await train(stopped, optimizer, 0, 4);
    const bytes = encodeCheckpoint({
      parameters: await stopped.readParameters(),
      optimizer: await stopped.readOptimizerState(),
      state: beginning,
      seed: 7,
      planHash: 'a'.repeat(64),
    });
    const { parameters, optimizer: state } = decodeCheckpoint(bytes, 'last.safetensors');
    using resumed = compile(branched);
    await resumed.writeParameters(parameters);
    await resumed.writeOptimizerState(state);
    await train(resumed, optimizer, 4, 7);
    expect(await resumed.readParameters()).toStrictEqual(await straight.readParameters());

    // What the checkpoint is for: without the running statistics or the count of steps it would be another network.
    using other = compile(branched, { seed: 8 });
    await other.writeParameters(parameters);
    await other.writeOptimizerState(state);
    await train(other, optimizer, 4, 7);
    expect(await other.readParameters()).not.toEqual(await straight.readParameters());
  });

  test('learns, and answers the same alone as among others', async () => {
    using network = compile(branched);
    const before = await network.evaluate(batchOf(branched));
    await train(network, sgd, 0, 60);
    const after = await network.evaluate(batchOf(branched));
    expect(after.loss).toBeLessThan(0.3 * before.loss);
    const { pictures, count } = batchOf(branched);
    const together = await network.forward({ pictures, count });
    const alone = await network.forward({ pictures: pictures.slice(0, 144), count: 1 });
    expect(alone.data).toStrictEqual(together.data.slice(0, classes));
  });

  test('names running statistics as PyTorch does; they have no gradient and no moments', async () => {
    using network = compile(branched);
    const ofNorm = network.parameters.filter(({ name }) => name.startsWith('norm1.'));
    expect(ofNorm).toEqual([
      { name: 'norm1.weight', shape: [8], trainable: true },
      { name: 'norm1.bias', shape: [8], trainable: true },
      { name: 'norm1.running_mean', shape: [8], trainable: false },
      { name: 'norm1.running_var', shape: [8], trainable: false },
    ]);
    await train(network, adam, 0, 1);
    const trainable = network.parameters.filter((each) => each.trainable).map(({ name }) => name);
    expect(Object.keys(await network.readGradients())).toEqual(trainable);
    const { tensors } = await network.readOptimizerState();
    expect(Object.keys(tensors).toSorted()).toEqual(
      trainable.flatMap((name) => [`${name}.m`, `${name}.v`]).toSorted(),
    );
  });
});
