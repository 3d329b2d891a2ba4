import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TesseraError } from '../../app/contract/index.ts';
import { DataSet, type EpochStep, type Network, type OptimizerStep } from '../../app/engine/index.ts';
import { given } from './golden.ts';
import { adamw, batchOf, compile, sgd, smallCnn } from './nets.ts';

const size = 144;
const count = 45;
const pictures = batchOf(smallCnn, count);
const rows = Int32Array.from({ length: count }, (_, at) => (at * 7) % count);

function dataSet(labels = pictures.labels): DataSet {
  const set = new DataSet({ kind: 'bytes', size, labels });
  // In pieces, as a file is read.
  set.write(0, pictures.pictures.subarray(0, 20 * size));
  set.write(20, pictures.pictures.subarray(20 * size));
  return set;
}

function batchAt(from: number, batchSize: number) {
  const places = [...rows.subarray(from, from + batchSize)];
  return {
    count: places.length,
    labels: Int32Array.from(places, (row) => given(pictures.labels[row])),
    pictures: Uint8Array.from(
      places.flatMap((row) => [...pictures.pictures.subarray(row * size, (row + 1) * size)]),
    ),
  };
}

const ratesOf = (batchSize: number) =>
  Float64Array.from({ length: Math.ceil(count / batchSize) }, (_, step) => 0.02 / (step + 1));

async function epochOf(network: Network, set: DataSet, batchSize: number, optimizer: OptimizerStep) {
  const told: EpochStep[] = [];
  const epoch = { rows, batchSize, learningRates: ratesOf(batchSize), optimizer };
  await network.trainEpoch(set, epoch, (steps) => told.push(...steps));
  return told;
}

describe('an epoch in one call', () => {
  test.each([
    [16, sgd],
    [7, adamw],
    [1, sgd],
    [15, sgd],
  ])('has the bits of its steps, in batches of %i', async (batchSize, optimizer) => {
    using set = dataSet();
    using one = compile(smallCnn, { seed: 5 });
    using other = compile(smallCnn, { seed: 5, threads: 1 });
    for (let epoch = 0; epoch < 2; epoch++) {
      const told = await epochOf(one, set, batchSize, { ...optimizer, measuresNorm: true });
      const rates = ratesOf(batchSize);
      expect(told).toHaveLength(rates.length);
      for (const [step, learningRate] of rates.entries()) {
        const batch = batchAt(step * batchSize, batchSize);
        const result = await other.trainStep(batch, { ...optimizer, learningRate, measuresNorm: true });
        expect(told[step]).toMatchObject({ ...result, pictures: batch.count });
      }
      const seconds = told.map((step) => step.seconds);
      expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    }
    expect(await one.readParameters()).toStrictEqual(await other.readParameters());
    expect(await one.readOptimizerState()).toStrictEqual(await other.readOptimizerState());
  });

  test('and an evaluation those of its batches', async () => {
    using set = dataSet();
    using network = compile();
    const whole = await network.evaluateSet(set, { rows, batchSize: 16 });
    let [loss, correct] = [0, 0];
    for (let from = 0; from < count; from += 16) {
      const batch = batchAt(from, 16);
      const part = await network.evaluate(batch);
      loss += part.loss * batch.count;
      correct += part.correct;
      expect(whole.logits.data.subarray(from * 5, (from + batch.count) * 5)).toStrictEqual(part.logits.data);
    }
    expect(whole).toMatchObject({ loss: loss / count, correct });
    expect(whole.logits.shape).toEqual([count, 5]);
  });

  test('of tensors goes into the first layer untouched', async () => {
    using bytes = dataSet();
    using numbers = new DataSet({ kind: 'numbers', size, labels: pictures.labels });
    numbers.write(
      0,
      Float32Array.from(pictures.pictures, (value) => value / 127.5 - 1),
    );
    using one = compile();
    using other = compile();
    const [a, b] = [await epochOf(one, bytes, 16, sgd), await epochOf(other, numbers, 16, sgd)];
    a.forEach(({ loss }, at) => expect(given(b[at]).loss).toBeCloseTo(loss, 4));
  });

  test('ends after a loss that is not finite', async () => {
    using set = dataSet();
    using network = compile();
    const told: EpochStep[] = [];
    const epoch = { rows, batchSize: 5, learningRates: new Float64Array(9).fill(1e30), optimizer: sgd };
    await network.trainEpoch(set, epoch, (steps) => told.push(...steps));
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(9);
    expect(told.filter(({ loss }) => !Number.isFinite(loss))).toEqual([told.at(-1)]);
  });
});

describe('a cancelled epoch', () => {
  test('ends between two steps, which tells what is done', async () => {
    using set = dataSet();
    const many = Int32Array.from({ length: 100_000 }, (_, at) => at % count);
    const learningRates = new Float64Array(Math.ceil(many.length / 16)).fill(0.01);
    const epoch = { rows: many, batchSize: 16, learningRates, optimizer: sgd };
    using network = compile();
    const abort = new AbortController();
    const told: EpochStep[] = [];
    const reason = new TesseraError('cancelled');
    const training = network.trainEpoch(
      set,
      epoch,
      (steps) => {
        told.push(...steps);
        abort.abort(reason);
      },
      abort.signal,
    );
    await expect(training).rejects.toBe(reason);
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(learningRates.length);

    // The step that was cut short has left nothing behind.
    using other = compile();
    const done = { rows: many.slice(0, told.length * 16), batchSize: 16, optimizer: sgd };
    await other.trainEpoch(set, { ...done, learningRates: learningRates.slice(0, told.length) }, () => {});
    expect(await network.readParameters()).toStrictEqual(await other.readParameters());
    expect(await network.readOptimizerState()).toStrictEqual(await other.readOptimizerState());
  });

  test('before it begins does nothing', async () => {
    using set = dataSet();
    using network = compile();
    const before = await network.readParameters();
    const epoch = { rows, batchSize: 16, learningRates: ratesOf(16), optimizer: sgd };
    const signal = AbortSignal.abort(new TesseraError('cancelled'));
    await expect(network.trainEpoch(set, epoch, () => {}, signal)).rejects.toBe(signal.reason);
    await expect(network.evaluateSet(set, { rows, batchSize: 16 }, signal)).rejects.toBe(signal.reason);
    expect(await network.readParameters()).toStrictEqual(before);
  });

  test('also by a listener that throws, and by dispose', async () => {
    using set = dataSet();
    const many = new Int32Array(200_000);
    const epoch = { rows: many, batchSize: 16, learningRates: new Float64Array(12_500), optimizer: sgd };
    using one = compile();
    const broken = new Error('the listener broke');
    const failing = one.trainEpoch(set, epoch, () => {
      throw broken;
    });
    await expect(failing).rejects.toBe(broken);
    const other = compile();
    const training = other.trainEpoch(set, epoch, () => other.dispose());
    await expect(training).rejects.toMatchObject({ code: 'networkDisposed' });
  });
});

/** `TESSERA_CANCELS` of them; the C++ test makes a thousand of steps. */
const cancellations = Number(process.env['TESSERA_CANCELS'] ?? 100);

// Threads and handles are counted in /proc.
test.skipIf(process.platform !== 'linux')(
  `${cancellations} cancelled epochs leave no thread, no handle and no memory`,
  async () => {
    const held = () => ['task', 'fd'].map((kind) => readdirSync(`/proc/self/${kind}`).length);
    using set = dataSet();
    using network = compile();
    const many = Int32Array.from({ length: 50_000 }, (_, at) => at % count);
    const learningRates = new Float64Array(Math.ceil(many.length / 16)).fill(0.001);
    const cancelOne = async (): Promise<void> => {
      const abort = new AbortController();
      const epoch = { rows: many, batchSize: 16, learningRates, optimizer: sgd };
      const training = network.trainEpoch(set, epoch, () => {}, abort.signal);
      setTimeout(() => abort.abort(new TesseraError('cancelled')), 1);
      await expect(training).rejects.toMatchObject({ code: 'cancelled' });
    };
    for (let at = 0; at < 10; at++) await cancelOne();
    const [before, bytes] = [held(), await network.totalBytes()];
    const resident = process.memoryUsage.rss();
    for (let at = 0; at < cancellations; at++) await cancelOne();
    expect(held()).toEqual(before);
    expect(await network.totalBytes()).toBe(bytes);
    // Each brings 225 kB of rows and rates; the garbage collector's own ups and downs are allowed for.
    expect(process.memoryUsage.rss() - resident).toBeLessThan(2 ** 26 + 1e5 * cancellations);
  },
  60_000,
);

describe('what is refused', () => {
  test.each([
    ['a row that is not there', { rows: Int32Array.of(0, 45) }, 'no row 45'],
    ['a negative row', { rows: Int32Array.of(-1) }, 'no row -1'],
    ['a batch that is too large', { batchSize: 17 }, 'takes 1 to 16'],
    [
      'a wrong number of learning rates',
      { learningRates: new Float64Array(2) },
      '2 learning rates for 3 steps',
    ],
  ])('%s', async (_, wrong, reason) => {
    using set = dataSet();
    using network = compile();
    const epoch = { rows, batchSize: 16, learningRates: ratesOf(16), optimizer: sgd, ...wrong };
    const training = network.trainEpoch(set, epoch, () => {});
    await expect(training).rejects.toMatchObject({ code: 'shapeMismatch' });
    await expect(training).rejects.toThrow(reason);
  });

  test('labels that are no classes, before the first step', async () => {
    using set = dataSet(new Int32Array(count).fill(5));
    using network = compile();
    await expect(epochOf(network, set, 16, sgd)).rejects.toThrow('label 5 of row 0');
  });

  test('a data set of another size, and one that was disposed', async () => {
    using other = new DataSet({ kind: 'bytes', size: 143, labels: new Int32Array(count) });
    using network = compile();
    await expect(epochOf(network, other, 16, sgd)).rejects.toThrow('143 values');
    other.dispose();
    await expect(epochOf(network, other, 16, sgd)).rejects.toThrow('disposed');
    expect(() => other.write(0, new Uint8Array(143))).toThrow('disposed');
  });

  test('pictures beside its rows, of the wrong kind, or too late', async () => {
    using set = new DataSet({ kind: 'bytes', size, labels: pictures.labels });
    for (const [first, given] of [
      [0, new Uint8Array(size + 1)],
      [count, new Uint8Array(size)],
      [-1, new Uint8Array(size)],
      [0, new Float32Array(size)],
    ] as const) {
      expect(() => set.write(first, given)).toThrow(TesseraError);
    }
    using network = compile();
    await network.evaluateSet(set, { rows, batchSize: 16 });
    expect(() => set.write(0, new Uint8Array(size))).toThrow('no more pictures');
    expect(() => new DataSet({ kind: 'bytes', size: 0, labels: pictures.labels })).toThrow(TesseraError);
  });
});
