import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { TesseraError, type ErrorCode, type Graph, type Layer } from '../../app/contract/index.ts';
import * as ops from '../../app/engine/ops.ts';
import type { LabeledBatch, NetworkOptions, Tensor } from '../../app/engine/index.ts';
import { given } from './golden.ts';
import { batchOf, compile, sgd, smallCnn } from './nets.ts';

/** What a call throws or rejects with. */
async function refusal(call: () => unknown): Promise<TesseraError> {
  try {
    await call();
  } catch (thrown) {
    if (thrown instanceof TesseraError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

async function expectRefusal(call: () => unknown, code: ErrorCode, sentence: RegExp): Promise<void> {
  const error = await refusal(call);
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(sentence)]);
}

const zeros = (...shape: number[]): Tensor => ({
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  shape,
});

describe('single operators refuse', () => {
  const x = zeros(1, 4, 6, 6);
  const cases: [string, RegExp, () => unknown][] = [
    [
      'channels that differ',
      /^conv2dForward: .*4 channels/,
      () => ops.conv2dForward(x, zeros(2, 3, 3, 3), null),
    ],
    ['a bias of the wrong length', /bias is \[3\]/, () => ops.conv2dForward(x, zeros(2, 4, 3, 3), zeros(3))],
    ['a window larger than the picture', /window of 7/, () => ops.conv2dForward(x, zeros(2, 4, 7, 7), null)],
    [
      'filters that groups do not divide',
      /groups/,
      () => ops.conv2dForward(x, zeros(3, 2, 1, 1), null, { groups: 2 }),
    ],
    [
      'a stride of nothing',
      /stride is 0, 1/,
      () => ops.conv2dForward(x, zeros(2, 4, 3, 3), null, { stride: [0, 1] }),
    ],
    [
      'negative padding',
      /padding is -1/,
      () => ops.conv2dForward(x, zeros(2, 4, 3, 3), null, { padding: [-1, 0, 0, 0] }),
    ],
    [
      'a gradient of the wrong shape',
      /dy is/,
      () => ops.conv2dBackward(x, zeros(2, 4, 3, 3), zeros(1, 2, 6, 6)),
    ],
    [
      'data that does not fill its shape',
      /holds 3/,
      () => ops.reluForward({ data: new Float32Array(3), shape: [2, 2] }),
    ],
    [
      'an extent of nothing',
      /whole numbers from 1/,
      () => ops.tanhForward({ data: new Float32Array(0), shape: [0] }),
    ],
    ['too few axes', /four axes/, () => ops.maxPool2dForward(zeros(6, 6), { window: [2, 2] })],
    [
      'padding as large as the window',
      /less than the window/,
      () => ops.avgPool2dForward(x, { window: [2, 2], padding: [2, 0] }),
    ],
    [
      'places of another pass',
      /argmax/,
      () => ops.maxPool2dBackward(x, zeros(1, 4, 3, 3), new Uint16Array(3), { window: [2, 2] }),
    ],
    [
      'a place outside of the window',
      /outside of the window/,
      () => ops.maxPool2dBackward(x, zeros(1, 4, 3, 3), new Uint16Array(36).fill(4), { window: [2, 2] }),
    ],
    [
      'features that differ',
      /^denseForward: .*features/,
      () => ops.denseForward(zeros(2, 3), zeros(4, 5), null),
    ],
    ['matrices that do not fit', /2 × 3 cannot/, () => ops.gemm(zeros(2, 3), zeros(4, 5))],
    ['a label that is no class', /label 3/, () => ops.softmaxCrossEntropy(zeros(1, 3), Int32Array.of(3))],
    ['too few labels', /1 labels for 2/, () => ops.softmaxCrossEntropy(zeros(2, 3), Int32Array.of(0))],
    ['targets of another shape', /targets/, () => ops.mse(zeros(2, 3), zeros(3, 2))],
  ];
  test.each(cases)('%s', (_, sentence, call) => expectRefusal(call, 'shapeMismatch', sentence));
});

describe('a graph that does not fit together is refused at its layer', () => {
  const conv: Layer = {
    id: 'conv',
    input: 'input',
    op: 'conv2d',
    filters: 4,
    kernel: [3, 3],
    stride: [1, 1],
    padding: [0, 0, 0, 0],
    dilation: [1, 1],
    groups: 1,
    bias: true,
  };
  const pool: Layer = {
    id: 'pool',
    input: 'conv',
    op: 'maxPool2d',
    window: [2, 2],
    stride: [2, 2],
    padding: [0, 0],
  };
  const flatten: Layer = { id: 'flatten', input: 'conv', op: 'flatten' };
  const graphOf = (...layers: Layer[]): Graph => ({
    name: 'test',
    input: { channels: 3, height: 8, width: 8 },
    layers,
  });

  const cases: [string, RegExp, Graph][] = [
    ['no layers', /layer input: .*at least one layer/, graphOf()],
    [
      'a filter larger than its picture',
      /layer conv: .*window of 9 × 3/,
      graphOf({ ...conv, kernel: [9, 3] }),
    ],
    ['dilation beyond the picture', /layer conv: .*window of 11/, graphOf({ ...conv, dilation: [5, 1] })],
    ['groups that do not divide', /layer conv: .*2 groups/, graphOf({ ...conv, groups: 2 })],
    ['no filters', /layer conv: .*at least 1/, graphOf({ ...conv, filters: 0 })],
    ['negative padding', /layer conv: .*negative/, graphOf({ ...conv, padding: [-1, 0, 0, 0] })],
    ['too much pooling', /layer pool: .*window of 7 × 7/, graphOf(conv, { ...pool, window: [7, 7] })],
    ['padding of a pool', /layer pool: .*half/, graphOf(conv, { ...pool, padding: [2, 0] })],
    [
      'a dense layer on a picture',
      /layer fc: .*flatten/,
      graphOf(conv, { id: 'fc', input: 'conv', op: 'dense', units: 2, bias: true }),
    ],
    [
      'convolution of a row',
      /layer again: .*picture/,
      graphOf(conv, flatten, { ...conv, id: 'again', input: 'flatten' }),
    ],
    ['a name twice', /layer conv: .*same name/, graphOf(conv, { ...conv, input: 'conv' })],
    [
      'a softmax of a picture',
      /layer s: .*flatten/,
      graphOf(conv, { id: 's', input: 'conv', op: 'softmax' }),
    ],
    [
      'a product of other shapes',
      /layer m: .*input gives 3 × 8 × 8 and conv gives 4 × 6 × 6/,
      graphOf(conv, { id: 'm', inputs: ['input', 'conv'], op: 'mul' }),
    ],
    [
      'a frame that cuts',
      /layer p: .*negative/,
      graphOf(conv, { id: 'p', input: 'conv', op: 'pad2d', padding: [0, 0, -1, 0] }),
    ],
    ['a loose end', /layer conv: no layer reads/, graphOf(conv, { ...pool, input: 'input' })],
    ['nothing but a flatten', /layer flatten: /, graphOf({ ...flatten, input: 'input' })],
    ['more numbers than can be counted', /layer conv: .*2³¹ numbers/, graphOf({ ...conv, filters: 2 ** 30 })],
    [
      'padding without bounds',
      /layer conv: .*2³¹ numbers/,
      graphOf({ ...conv, padding: [2 ** 29, 2 ** 29, 2 ** 29, 2 ** 29] }),
    ],
    ['no channels', /layer input: /, { ...graphOf(conv), input: { channels: 0, height: 8, width: 8 } }],
    [
      'an operator that there is not',
      /layer conv: there is no operator called warp/,
      graphOf({ ...conv, op: 'warp' } as unknown as Layer),
    ],
  ];
  test.each(cases)('%s', (_, sentence, graph) =>
    expectRefusal(() => compile(graph), 'graphInvalid', sentence),
  );
});

describe('a network refuses', () => {
  const options: [string, RegExp, Partial<NetworkOptions>][] = [
    ['no batch', /maxBatch/, { maxBatch: 0 }],
    [
      'normalisation of other channels',
      /one mean and one std/,
      { normalisation: { mean: [0, 0], std: [1, 1] } },
    ],
    ['a loss that there is not', /hinge/, { loss: 'hinge' as 'mse' }],
    ['a seed that is no number', /seed/, { seed: Number.NaN }],
    ['a seed that is no whole number', /seed/, { seed: 0.5 }],
    ['a negative number of threads', /threads/, { threads: -1 }],
    ['more threads than there may be', /threads/, { threads: 257 }],
  ];
  test.each(options)('%s', (_, sentence, wrong) =>
    expectRefusal(() => compile(smallCnn, wrong), 'shapeMismatch', sentence),
  );

  // AddressSanitizer ends the process where an allocation fails.
  test.skipIf(process.env.ASAN_OPTIONS !== undefined)('a batch that no memory holds, at once', () =>
    expectRefusal(() => compile(smallCnn, { maxBatch: 2 ** 30 }), 'unexpected', /smaller batch/),
  );

  const batch = batchOf();
  const batches: [string, RegExp, Partial<LabeledBatch>][] = [
    ['too few pixels', /pictures have 143 values/, { pictures: new Uint8Array(143) }],
    ['too few labels', /2 labels for 16/, { labels: Int32Array.of(1, 2) }],
    ['a label that is no class', /label 5 of picture 0/, { labels: new Int32Array(16).fill(5) }],
    ['a negative label', /label -1/, { labels: new Int32Array(16).fill(-1) }],
    ['a batch of none', /0 pictures/, { pictures: new Uint8Array(0), labels: new Int32Array(0), count: 0 }],
    ['more than it was made for', /17 pictures/, batchOf(smallCnn, 17)],
  ];
  test.each(batches)('%s, and is as it was', async (_, sentence, wrong) => {
    using network = compile();
    const before = await network.readParameters();
    await expectRefusal(() => network.trainStep({ ...batch, ...wrong }, sgd), 'shapeMismatch', sentence);
    await expectRefusal(() => network.evaluate({ ...batch, ...wrong }), 'shapeMismatch', sentence);
    expect(await network.readParameters()).toStrictEqual(before);
    expect((await network.trainStep(batch, sgd)).loss).toBeGreaterThan(0);
  });

  test('a tensor of another shape', async () => {
    using network = compile();
    await expectRefusal(
      () => network.forward(zeros(1, 12, 12, 1)),
      'shapeMismatch',
      /takes \[N, 1, 12, 12\]/,
    );
  });

  test('parameters that are missing, unknown or misshapen, and is as it was', async () => {
    using network = compile();
    const before = await network.readParameters();
    const { 'fc2.bias': bias, ...others } = await network.readParameters();
    for (const tensor of Object.values(others)) tensor.data.fill(1);
    const write = (tensors: Record<string, Tensor>) => () => network.writeParameters(tensors);
    await expectRefusal(write(others), 'shapeMismatch', /fc2.bias is missing/);
    await expectRefusal(
      write({ ...others, 'fc2.bias': given(bias), more: given(bias) }),
      'shapeMismatch',
      /more is not a parameter/,
    );
    await expectRefusal(write({ ...others, 'fc2.bias': zeros(4) }), 'shapeMismatch', /fc2.bias is \[4\]/);
    expect(await network.readParameters()).toStrictEqual(before);
  });

  test('optimiser state of another network', async () => {
    using network = compile();
    await network.trainStep(batch, sgd);
    const state = await network.readOptimizerState();
    const { 'conv1.weight.momentum': _, ...tensors } = state.tensors;
    const write = (changed: object) => () => network.writeOptimizerState({ ...state, ...changed });
    await expectRefusal(write({ tensors }), 'shapeMismatch', /8 tensors, not 7/);
    await expectRefusal(
      write({ tensors: { ...tensors, x: zeros(1) } }),
      'shapeMismatch',
      /conv1.weight is missing/,
    );
    await expectRefusal(write({ kind: 'adam' }), 'shapeMismatch', /16 tensors, not 8/);
    expect(await network.readOptimizerState()).toStrictEqual(state);
  });

  test('training where it was made for prediction', async () => {
    using network = compile(smallCnn, { training: false });
    await expectRefusal(() => network.trainStep(batch, sgd), 'shapeMismatch', /without training/);
    await expectRefusal(() => network.readGradients(), 'shapeMismatch', /without training/);
  });
});

describe('a disposed network', () => {
  test('refuses everything', async () => {
    const network = compile();
    network.dispose();
    network.dispose();
    const batch = batchOf();
    const calls = [
      () => network.trainStep(batch, sgd),
      () => network.evaluate(batch),
      () => network.forward(batch),
      () => network.forward(zeros(1, 1, 12, 12)),
      () => network.readParameters(),
      () => network.readGradients(),
      () => network.readOptimizerState(),
      () => network.writeOptimizerState({ kind: null, step: 0, tensors: {} }),
    ];
    for (const call of calls) await expectRefusal(call, 'networkDisposed', /was disposed/);
  });

  test('lets the call that runs end, and refuses those that wait', async () => {
    const network = compile(smallCnn, { maxBatch: 64 });
    const batch = batchOf(smallCnn, 64);
    const calls = Array.from({ length: 30 }, () => network.trainStep(batch, sgd));
    await calls[0];
    network.dispose();
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes[0]?.status).toBe('fulfilled');
    const last = outcomes.at(-1);
    expect(last?.status === 'rejected' && last.reason).toMatchObject({ code: 'networkDisposed' });
  });
});

describe('the addon itself', () => {
  // What the wrapper would never send; native code must not trust that.
  const addon = createRequire(import.meta.url)(
    join(import.meta.dirname, '../../build/native/Release/tessera.node'),
  ) as Record<string, new (...args: unknown[]) => unknown> & Record<string, (...args: unknown[]) => unknown>;

  test.each<[string, unknown[]]>([
    ['reluForward', []],
    ['activationForward', [{ activation: 'relu', count: 9 }, new Float32Array(3)]],
    ['activationForward', [{ activation: 'relu', count: -1 }, new Float32Array(3)]],
    ['gemm', [{ m: 2 ** 30, n: 2 ** 30, k: 2 ** 30 }, new Float32Array(1), new Float32Array(1), null]],
    ['conv2dForward', [{}, null, null, null]],
    ['denseForward', [{ n: 1, in: 2, out: 1.5 }, new Float64Array(2), new Float32Array(2), null]],
  ])('%s throws rather than crashes', (name, args) => {
    expect(() => addon[name]?.(...args) ?? expect.fail('there is no such function')).toThrow();
  });

  test('a network is made of a graph and options alone', () => {
    const NativeNetwork = given(addon.NativeNetwork);
    for (const args of [[], [null, null], [smallCnn], [smallCnn, {}], [{ input: {}, layers: 3 }, {}]]) {
      expect(() => new NativeNetwork(...args)).toThrow(/shapeMismatch/);
    }
  });

  test('a network that nobody holds any more still answers what it was asked', async () => {
    setFlagsFromString('--expose_gc');
    const collect = runInNewContext('gc') as () => void;
    const { NativeNetwork } = addon as unknown as {
      NativeNetwork: new (
        graph: Graph,
        options: object,
      ) => {
        forward(batch: LabeledBatch): Promise<Float32Array>;
      };
    };
    const options = {
      seed: 1,
      threads: 2,
      maxBatch: 16,
      normalisation: { mean: [0], std: [1] },
      training: true,
      loss: 'mse',
      initialisation: 'he',
    };
    const asked = Array.from({ length: 10 }, () => {
      const network = new NativeNetwork(smallCnn, options);
      return Array.from({ length: 20 }, () => network.forward(batchOf()));
    }).flat();
    const settled = Promise.all(asked);
    for (let round = 0; round < 5; round += 1) {
      collect();
      await setImmediate();
    }
    expect((await settled).map(({ length }) => length)).toEqual(asked.map(() => 16 * 5));
    collect();
  });
});
