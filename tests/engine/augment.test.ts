import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { augmentationPresets, TesseraError } from '../../app/contract/index.ts';
import { augment, DataSet, type AugmentedRows, type EpochStep } from '../../app/engine/index.ts';
import { adamw, batchOf, compile, smallCnn } from './nets.ts';
import { given } from './golden.ts';

const count = 45;
const size = 144;
const whole = batchOf(smallCnn, count);
const input = smallCnn.input;
const classes = 5;
const numbered = Int32Array.from({ length: count }, (_, at) => at);
const rowsOf = (
  how: Omit<AugmentedRows, 'seed' | 'epoch' | 'pictures' | 'draws'>,
  epoch = 0,
): AugmentedRows => ({
  ...how,
  seed: 7,
  epoch,
  pictures: numbered,
  draws: new Int32Array(count),
});

const one = (max: number) => fc.option(fc.double({ min: 0, max, noNaN: true }), { nil: undefined });
const anyHow = fc
  .record({
    flip: one(1),
    flipVertical: one(1),
    crop: one(0.5),
    resizedCrop: one(0.95),
    rotate: one(180),
    scale: one(0.9),
    shear: one(45),
    brightness: one(1),
    contrast: one(1),
    saturation: one(1),
    hue: one(0.5),
    blur: one(10),
    erase: one(1),
  })
  .map((how) => Object.fromEntries(Object.entries(how).filter(([, value]) => value !== undefined)));

describe('augmented pictures', () => {
  test('are the same bytes where every strength is 0', () => {
    const none = Object.fromEntries(Object.keys(augmentationPresets.strong).map((name) => [name, 0]));
    for (const how of [{}, none]) {
      const changed = augment(whole, input, classes, rowsOf(how));
      expect(changed.pictures).toEqual(whole.pictures);
      expect('labels' in changed && changed.labels).toEqual(whole.labels);
    }
  });

  test('are the same for a seed, an epoch and a picture, whatever else is in the batch', () => {
    fc.assert(
      fc.property(anyHow, fc.nat(1000), fc.nat(count - 1), (how, epoch, at) => {
        const together = augment(whole, input, classes, rowsOf(how, epoch));
        const alone = augment(
          {
            pictures: whole.pictures.slice(at * size, (at + 1) * size),
            count: 1,
            labels: whole.labels.slice(at, at + 1),
          },
          input,
          classes,
          { ...rowsOf(how, epoch), pictures: Int32Array.of(at), draws: Int32Array.of(0) },
        );
        expect(together.pictures.slice(at * size, (at + 1) * size)).toEqual(alone.pictures);
      }),
      { numRuns: 60 },
    );
  });

  test('of any size and strength stay pictures', () => {
    fc.assert(
      fc.property(
        anyHow,
        fc.record({
          height: fc.integer({ min: 1, max: 9 }),
          width: fc.integer({ min: 1, max: 9 }),
          channels: fc.constantFrom(1, 3, 4),
        }),
        fc.nat(),
        (how, shape, seed) => {
          const bytes = shape.height * shape.width * shape.channels;
          const flat = {
            pictures: new Uint8Array(2 * bytes).fill(77),
            count: 2,
            labels: Int32Array.of(0, 1),
          };
          const rows = { ...how, seed, epoch: 3, pictures: Int32Array.of(5, 6), draws: Int32Array.of(0, 1) };
          const { brightness: _, erase: __, ...still } = rows as AugmentedRows;
          expect(augment(flat, shape, 2, rows).pictures).toHaveLength(2 * bytes);
          // Whatever is moved, turned and blurred: one grey stays that grey, and its mean is itself.
          for (const value of augment(flat, shape, 2, still).pictures)
            expect(Math.abs(value - 77)).toBeLessThan(2);
        },
      ),
    );
  });

  test('change from epoch to epoch and from draw to draw', () => {
    const made = (epoch: number, draw: number) =>
      augment(whole, input, classes, {
        ...rowsOf({ crop: 0.3, brightness: 0.5 }, epoch),
        draws: new Int32Array(count).fill(draw),
      }).pictures;
    expect(made(1, 0)).not.toEqual(made(0, 0));
    expect(made(0, 1)).not.toEqual(made(0, 0));
  });

  test('that are mixed have shares of their labels', () => {
    for (const how of [{ mixup: 0.3 }, { cutmix: 1 }, { mixup: 0.3, cutmix: 1 }]) {
      const mixed = augment(whole, input, classes, rowsOf(how));
      if (!('targets' in mixed)) throw new Error('they were not mixed');
      for (let row = 0; row < count; row++) {
        const shares = [...mixed.targets.subarray(row * classes, (row + 1) * classes)];
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
        expect(shares[given(whole.labels[row])]).toBeGreaterThan(0);
        expect(shares.filter((share) => share > 0).length).toBeLessThanOrEqual(2);
      }
    }
  });

  test('are refused where a strength is out of bounds or a number is missing', () => {
    const wrong = { ...rowsOf({ flip: 1.5 }) };
    expect(() => augment(whole, input, classes, wrong)).toThrow(TesseraError);
    expect(() => augment(whole, input, classes, { ...rowsOf({}), draws: new Int32Array(3) })).toThrow(
      /draws/,
    );
    expect(() => augment({ ...whole, count: 44 }, input, classes, rowsOf({}))).toThrow(/44 pictures/);
    expect(() => augment(whole, input, 2, rowsOf({}))).toThrow(/not a class/);
  });
});

describe('an augmented epoch', () => {
  const rows = Int32Array.from({ length: count }, (_, at) => (at * 7) % count);
  test.each([
    ['strong', augmentationPresets.strong, 1],
    ['strong', augmentationPresets.strong, 2],
    ['light', augmentationPresets.light, 3],
    ['cut and mixed', { cutmix: 1, mixup: 0.2 }, 2],
  ] as const)('%s makes the steps of its augmented batches, on %o threads', async (_, how, threads) => {
    using set = new DataSet({ kind: 'bytes', size, labels: whole.labels });
    set.write(0, whole.pictures);
    using network = compile(smallCnn, { seed: 5, threads });
    using other = compile(smallCnn, { seed: 5, threads: 1 });
    const learningRates = new Float64Array(7).fill(0.01);
    for (let epoch = 0; epoch < 3; epoch++) {
      const augmented = { ...rowsOf(how, epoch), pictures: rows };
      const told: EpochStep[] = [];
      await network.trainEpoch(
        set,
        { rows, batchSize: 7, learningRates, optimizer: adamw, augmented },
        (steps) => told.push(...steps),
      );
      for (const step of learningRates.keys()) {
        const places = [...rows.subarray(step * 7, step * 7 + 7)];
        const batch = {
          count: places.length,
          labels: Int32Array.from(places, (row) => given(whole.labels[row])),
          pictures: Uint8Array.from(
            places.flatMap((row) => [...whole.pictures.subarray(row * size, (row + 1) * size)]),
          ),
        };
        const rowsHere = {
          ...augmented,
          pictures: Int32Array.from(places),
          draws: new Int32Array(places.length),
        };
        const result = await other.trainStep(augment(batch, input, classes, rowsHere), {
          ...adamw,
          learningRate: 0.01,
        });
        expect(told[step]).toMatchObject({ loss: result.loss, correct: result.correct });
        expect(told[step]?.waited).toBeGreaterThanOrEqual(0);
      }
    }
    expect(await network.readParameters()).toStrictEqual(await other.readParameters());
  });

  test('can be cancelled, and is refused for numbers and for too few draws', async () => {
    using set = new DataSet({ kind: 'bytes', size, labels: whole.labels });
    set.write(0, whole.pictures);
    using network = compile(smallCnn);
    const epoch = { rows, batchSize: 5, learningRates: new Float64Array(9).fill(0.01), optimizer: adamw };
    const abort = new AbortController();
    const running = network.trainEpoch(
      set,
      { ...epoch, augmented: rowsOf(augmentationPresets.strong) },
      () => abort.abort('enough'),
      abort.signal,
    );
    await running.catch((reason: unknown) => expect(reason).toBe('enough'));
    const short = { ...rowsOf({ flip: 1 }), draws: new Int32Array(1) };
    await expect(
      (async () => network.trainEpoch(set, { ...epoch, augmented: short }, () => undefined))(),
    ).rejects.toThrow(/draws/);
    using numbers = new DataSet({ kind: 'numbers', size, labels: whole.labels });
    await expect(
      (async () =>
        network.trainEpoch(numbers, { ...epoch, augmented: rowsOf({ flip: 1 }) }, () => undefined))(),
    ).rejects.toThrow(/not pictures/);
  });
});

describe('a step whose loss is not finite', () => {
  test('changes nothing and names the first layer that broke', async () => {
    using network = compile(smallCnn, { seed: 5, maxBatch: count });
    const optimizer = { ...adamw, learningRate: 0.01 };
    await network.trainStep(whole, optimizer);
    const before = await network.readParameters();
    const name =
      Object.keys(before).find((each) => each.endsWith('.weight') && !each.startsWith('conv1')) ?? '';
    const broken = {
      ...before,
      [name]: { ...given(before[name]), data: given(before[name]).data.map(() => NaN) },
    };
    await network.writeParameters(broken);
    const state = await network.readOptimizerState();
    const result = await network.trainStep(whole, optimizer);
    expect(result.loss).toBeNaN();
    expect(result.brokenLayer).toBe(name.slice(0, -'.weight'.length));
    expect(await network.readParameters()).toEqual(broken);
    expect(await network.readOptimizerState()).toEqual(state);
  });

  test('the norm of the gradients is that of all of them', async () => {
    using network = compile(smallCnn, { seed: 5, maxBatch: count });
    const { gradientNorm } = await network.trainStep(whole, { ...adamw, measuresNorm: true });
    const squares = Object.values(await network.readGradients()).flatMap(({ data }) =>
      [...data].map((x) => x * x),
    );
    expect(gradientNorm).toBeCloseTo(Math.sqrt(squares.reduce((sum, square) => sum + square, 0)), 4);
    expect((await network.trainStep(whole, adamw)).gradientNorm).toBeNull();
    using deferred = compile(smallCnn, { seed: 5, maxBatch: count, keepsGradients: false });
    const own = await deferred.trainStep(whole, { ...adamw, measuresNorm: true });
    expect(own.gradientNorm).toBeCloseTo(gradientNorm ?? Number.NaN, 4);
  });
});
