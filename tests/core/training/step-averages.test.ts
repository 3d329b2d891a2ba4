import { describe, expect, it } from 'vitest';
import { Averages, StepAverages } from '../../../app/core/training/step-averages.ts';

const done = (step: number, loss: number, correct: number, pictures = 10) => ({
  step,
  epoch: step / 10,
  pictures,
  loss,
  correct,
  learningRate: 1 / step,
  gradientNorm: step === 2 ? 7 : undefined,
  waited: 0.5,
});

describe('averages', () => {
  it('weigh a small last batch by its pictures', () => {
    const sums = new Averages();
    sums.add(64, 1, 32);
    sums.add(16, 2, 16);
    expect(sums).toMatchObject({ pictures: 80, loss: (64 + 32) / 80, accuracy: 48 / 80 });
  });
});

describe('points of the curves', () => {
  it('come once the interval is full, and tell about all steps since the one before', () => {
    const points = new StepAverages(0.1, 0);
    expect(points.add(done(1, 4, 1), 0.04)).toBeNull();
    expect(points.add(done(2, 2, 3), 0.08)).toBeNull();
    expect(points.add(done(3, 3, 5), 0.12)).toEqual({
      kind: 'step',
      step: 3,
      epoch: 0.3,
      time: 0.12,
      loss: 3,
      accuracy: 0.3,
      imagesPerSecond: 30 / 0.12,
      learningRate: 1 / 3,
      gradientNorm: 7,
      dataWait: 1.5,
      spans: { loss: [2, 4] },
    });
    expect(points.add(done(4, 9, 10), 0.13)).toBeNull();
    expect(points.flush()).toMatchObject({ step: 4, loss: 9, accuracy: 1, dataWait: 0.5 });
  });

  it('leave out gradients that broke: what is no number could not be read again', () => {
    for (const gradientNorm of [NaN, Infinity]) {
      const point = new StepAverages(0.1, 0).add({ ...done(1, 4, 1), gradientNorm }, 100);
      expect(point).toMatchObject({ loss: 4 });
      expect(point).not.toHaveProperty('gradientNorm');
    }
  });

  it('come for every step that is longer than the interval', () => {
    const points = new StepAverages(0.1, 0);
    expect(points.add(done(1, 1, 1), 2)).toMatchObject({ step: 1, imagesPerSecond: 5 });
    expect(points.add(done(2, 1, 1), 3)).toMatchObject({ step: 2, imagesPerSecond: 10 });
  });

  it('leave validation and checkpoints out of the speed', () => {
    const points = new StepAverages(2, 0);
    points.add(done(1, 1, 1), 1);
    points.resume(60);
    expect(points.add(done(2, 1, 1), 61)).toMatchObject({ time: 61, imagesPerSecond: 10 });
    points.resume(90);
    expect(points.add(done(3, 1, 1), 94)).toMatchObject({ time: 94, imagesPerSecond: 2.5 });
  });

  it('are none where no step was made', () => {
    const points = new StepAverages(0.1, 0);
    expect(points.flush()).toBeNull();
    points.add(done(1, 1, 1), 0.01);
    points.flush();
    expect(points.flush()).toBeNull();
  });
});
