import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FitRow, Rehearsal, Speeds } from '../../app/contract/index.ts';
import { bestFor, enoughEpochs, sizesFor } from '../../app/core/forecast/choices.ts';
import { forecastRun } from '../../app/core/forecast/forecast.ts';
import { Estimate } from '../../app/core/forecast/estimate.ts';
import { rateAt } from '../../app/core/forecast/speeds.ts';
import { stepSeconds, tiling } from '../../app/core/forecast/step-seconds.ts';
import { buildArchitecture, architectures } from '../../app/core/model/architectures.ts';

const speeds: Speeds = {
  convolution3: [[64, 1e9]],
  convolution1: [[64, 1e9]],
  convolutionOther: [[64, 1e9]],
  convolutionWeight: 1e-9,
  first: 2e9,
  depthwise: 1e-9,
  denseWeight: 1e-9,
  denseProduct: 1e-10,
  norm: 1e-9,
  pool: 1e-9,
  lrn: 1e-9,
  join: 1e-9,
  step: 0.001,
  forwardShare: 0.25,
  disk: 1e8,
  look: 1e-9,
  networks: [],
};

test('rates between measured ones lie between them', () => {
  const rates = [
    [16, 10],
    [64, 30],
    [256, 20],
  ] as const;
  expect(rateAt(rates, 4)).toBe(10);
  expect(rateAt(rates, 32)).toBeCloseTo(20);
  expect(rateAt(rates, 128)).toBeCloseTo(25);
  expect(rateAt(rates, 1000)).toBe(20);
});

test('a step is the sum over its layers, by hand', () => {
  const graph = {
    name: 'two',
    input: { channels: 1, height: 4, width: 4 },
    layers: [
      {
        op: 'conv2d' as const,
        id: 'conv',
        input: 'input',
        filters: 8,
        kernel: [3, 3] as [number, number],
        stride: [1, 1] as [number, number],
        padding: [1, 1, 1, 1] as [number, number, number, number],
        dilation: [1, 1] as [number, number],
        groups: 1,
        bias: true,
      },
      { op: 'flatten' as const, id: 'flat', input: 'conv' },
      { op: 'dense' as const, id: 'logits', input: 'flat', units: 2, bias: true },
    ],
  };
  // Convolution: two passes of 10 · 4 · 4 · 8 · 9 products at 2e9, 72 weights; dense: 256 weights, 2560 products.
  const convolution = (2 * 10 * 16 * 8 * 9) / 2e9 + 72e-9;
  expect(stepSeconds(graph, 10, speeds)).toBeCloseTo(0.001 + convolution + 256e-9 + 2560e-10, 12);
});

test('planes that do not fill their tiles cost as much as those that do, up to where another way is taken', () => {
  expect(tiling([8, 28, 28])).toBe(1);
  expect(tiling([8, 7, 7])).toBeCloseTo(64 / 49);
  expect(tiling([8, 14, 14])).toBeCloseTo(256 / 196);
  expect(tiling([8, 2, 2])).toBeCloseTo(1 / 0.38);
});

test('every architecture has a forecast that grows with the batch, the epochs and the pictures', () => {
  for (const { name, defaultImageSize } of architectures()) {
    const target = { channels: 3, imageSize: defaultImageSize, classes: 5 };
    const graph = buildArchitecture(name, target);
    const run = (epochs: number, batchSize: number, train: number) =>
      forecastRun({
        graph,
        model: name,
        target,
        settings: { epochs, batchSize, optimizer: 'adam' },
        pictures: { train, val: 10, test: 10 },
        speeds,
        estimate: new Estimate(speeds),
        isRead: true,
      });
    const one = run(1, 16, 160);
    expect(one.seconds).toBeGreaterThan(0);
    expect(run(2, 16, 160).seconds).toBeGreaterThan(one.seconds);
    expect(run(1, 16, 320).seconds).toBeGreaterThan(one.seconds);
    expect(run(1, 32, 160).memoryBytes).toBeGreaterThan(one.memoryBytes);
  }
});

test('a rehearsed run is foretold by its parts, by hand', () => {
  const graph = buildArchitecture('lenet', { channels: 1, imageSize: 28, classes: 2 });
  const rehearsal: Rehearsal = {
    ...{
      key: '',
      model: 'lenet',
      imageSize: 28,
      batch: 10,
      step: 0.1,
      forward: 0.002,
      look: 0.5,
      save: 0.02,
    },
    ...{ decode: 0.01, memoryBytes: 1e8, checkpointBytes: 1000 },
  };
  const run = (isRead: boolean) =>
    forecastRun({
      graph,
      model: 'lenet',
      target: { channels: 1, imageSize: 28, classes: 2 },
      settings: { epochs: 128, batchSize: 10, optimizer: 'adam' },
      pictures: { train: 95, val: 20, test: 5 },
      speeds,
      estimate: new Estimate(speeds),
      rehearsal,
      isRead,
    });
  // Nine steps and a half, 20 pictures judged, a checkpoint and a half, and a look every other epoch.
  const epoch = 9.5 * 0.1 + 20 * 0.002 + 1.5 * 0.02 + 0.5 / 2;
  expect(run(true)).toEqual({
    secondsPerEpoch: expect.closeTo(epoch, 10) as number,
    seconds: expect.closeTo(128 * epoch + 5 * 0.002, 8) as number,
    memoryBytes: 170e6 + 1e8 + 120 * 28 * 28,
    diskBytes: 3 * 1000 + 120 * 28 * 28,
    isRehearsed: true,
  });
  expect(run(false).readingSeconds).toBeCloseTo(1.2);
  expect(run(false).seconds).toBeCloseTo(128 * epoch + 0.01 + 1.2, 8);
});

describe('an estimate is held to networks that were timed', () => {
  const at = (imageSize: number) => buildArchitecture('resnet-18', { channels: 3, imageSize, classes: 10 });
  const asked = (imageSize: number, batch: number) =>
    ({ graph: at(imageSize), model: 'resnet-18', imageSize, batch }) as const;
  const timed = (imageSize: number, off: number, model: 'resnet-18' | 'resnet-34' = 'resnet-18') => {
    const graph = buildArchitecture(model, { channels: 3, imageSize, classes: 10 });
    const step = stepSeconds(graph, 8, speeds);
    return { model, imageSize, batch: 8, step: off * step, forward: (off * step) / 100 };
  };
  const sum = (imageSize: number): number => stepSeconds(at(imageSize), 8, speeds);

  test('without any it is the sum over the layers', () => {
    const { step, forward } = new Estimate(speeds).of(asked(64, 8));
    expect(step).toBeCloseTo(sum(64), 12);
    expect(forward).toBeCloseTo((sum(64) * 0.25) / 8, 12);
  });

  test('one of the same family says how far off the sum is, one of another family nothing', () => {
    const estimate = new Estimate(speeds, [timed(64, 1.5, 'resnet-34')]);
    expect(estimate.of(asked(128, 8)).step).toBeCloseTo(1.5 * sum(128), 10);
    const mobile = buildArchitecture('mobilenet-v2', { channels: 3, imageSize: 64, classes: 10 });
    const other = { graph: mobile, model: 'mobilenet-v2', imageSize: 64, batch: 8 } as const;
    expect(estimate.of(other).step).toBeCloseTo(stepSeconds(mobile, 8, speeds), 10);
    expect(estimate.of({ ...asked(64, 8), model: null }).step).toBeCloseTo(sum(64), 10);
  });

  test('what was timed itself counts most, and in between it lies between', () => {
    const estimate = new Estimate(speeds, [timed(32, 2), timed(128, 0.5)]);
    const off = (imageSize: number): number => estimate.of(asked(imageSize, 8)).step / sum(imageSize);
    expect(off(32)).toBeGreaterThan(1.95);
    expect(off(128)).toBeLessThan(0.52);
    expect(off(64)).toBeCloseTo(1, 6);
  });

  test('it is never beyond the networks that it is held to', () => {
    const one = fc.record({
      imageSize: fc.constantFrom(32, 64, 96, 128),
      off: fc.double({ min: 0.2, max: 5, noNaN: true }),
      model: fc.constantFrom('resnet-18' as const, 'resnet-34' as const),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 3 }), fc.constantFrom(1, 16), (all, batch) => {
        const estimate = new Estimate(
          speeds,
          all.map(({ imageSize, off, model }) => timed(imageSize, off, model)),
        );
        const got = estimate.of(asked(64, batch)).step / stepSeconds(at(64), batch, speeds);
        const offs = all.map(({ off }) => off);
        expect(got).toBeGreaterThan(Math.min(...offs) - 1e-9);
        expect(got).toBeLessThan(Math.max(...offs) + 1e-9);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the best choice for a time', () => {
  const row = fc.record({
    model: fc.constantFrom('resnet-18', 'alexnet', 'vgg-16', 'mobilenet-v2'),
    title: fc.constant(''),
    pictures: fc.constant('photos'),
    imageSize: fc.constantFrom(64, 128, 224),
    secondsPerEpoch: fc.double({ min: 0.1, max: 1e5, noNaN: true }),
    seconds: fc.constant(1),
    memoryBytes: fc.integer({ min: 1, max: 100 }),
    diskBytes: fc.constant(1),
  });

  test('makes enough epochs in it, fits into memory, and more time never gives none', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
        const best = bestFor(rows as FitRow[], 50, false);
        for (const [time, seconds] of [
          ['tenMinutes', 600],
          ['hour', 3600],
          ['night', 28_800],
        ] as const) {
          const choice = best[time];
          if (choice === null) continue;
          const of = rows.filter(
            ({ model, imageSize }) => model === choice.model && imageSize === choice.imageSize,
          );
          expect(of.some(({ memoryBytes }) => memoryBytes <= 50)).toBe(true);
          expect(choice.epochs).toBeGreaterThanOrEqual(enoughEpochs);
          expect(of.some(({ secondsPerEpoch }) => choice.epochs * secondsPerEpoch <= seconds)).toBe(true);
        }
        if (best.tenMinutes !== null) expect(best.night).not.toBeNull();
      }),
    );
  });

  test('compares no pictures much larger than they are', () => {
    expect(sizesFor(28, 8, 28)).toEqual([28]);
    expect(sizesFor(500, 32, 224)).toEqual([64, 96, 128, 160, 224]);
    expect(sizesFor(28, 32, 224).at(-1)).toBe(224);
  });
});
