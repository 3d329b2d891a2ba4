import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FitRow, Speeds } from '../../app/contract/index.ts';
import { bestFor, enoughEpochs, sizesFor } from '../../app/core/forecast/choices.ts';
import { forecastRun } from '../../app/core/forecast/forecast.ts';
import { rateAt } from '../../app/core/forecast/speeds.ts';
import { stepSeconds } from '../../app/core/forecast/step-seconds.ts';
import { buildArchitecture, architectures } from '../../app/core/model/architectures.ts';

const speeds: Speeds = {
  convolution3: [[64, 1e9]],
  convolution1: [[64, 1e9]],
  convolutionOther: [[64, 1e9]],
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
  // Convolution: two passes of 10 · 4 · 4 · 8 · 9 products at 2e9; dense: 256 weights, 2560 products.
  const convolution = (2 * 10 * 16 * 8 * 9) / 2e9;
  expect(stepSeconds(graph, 10, speeds)).toBeCloseTo(0.001 + convolution + 256e-9 + 2560e-10, 12);
});

test('every architecture has a forecast that grows with the batch, the epochs and the pictures', () => {
  for (const { name, defaultImageSize } of architectures()) {
    const target = { channels: 3, imageSize: defaultImageSize, classes: 5 };
    const graph = buildArchitecture(name, target);
    const run = (epochs: number, batchSize: number, train: number) =>
      forecastRun({
        graph,
        target,
        settings: { epochs, batchSize, optimizer: 'adam' },
        pictures: { train, val: 10, test: 10 },
        speeds,
      });
    const one = run(1, 16, 160);
    expect(one.seconds).toBeGreaterThan(0);
    expect(run(2, 16, 160).seconds).toBeGreaterThan(one.seconds);
    expect(run(1, 16, 320).seconds).toBeGreaterThan(one.seconds);
    expect(run(1, 32, 160).memoryBytes).toBeGreaterThan(one.memoryBytes);
  }
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
