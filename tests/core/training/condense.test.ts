import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinStretches, type Metric } from '../../../app/contract/index.ts';
import { condense } from '../../../app/core/training/condense.ts';

const step = (seq: number, loss: number): Metric => ({
  kind: 'step',
  seq,
  step: seq + 1,
  epoch: seq / 10,
  time: seq,
  loss,
  accuracy: 0.5,
  imagesPerSecond: 100,
});

test('no more points than asked for, each recorded one in exactly one of them, the mean unchanged', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { maxLength: 300 }),
      fc.integer({ min: 2, max: 50 }),
      (losses, count) => {
        const { steps, stride } = condense(
          losses.map((loss, seq) => step(seq, loss)),
          count,
        );
        expect(steps.length).toBeLessThanOrEqual(count);
        expect(steps.reduce((sum, { weight }) => sum + weight, 0)).toBe(losses.length);
        expect(steps.slice(0, -1).every(({ weight }) => weight === stride)).toBe(true);
        expect(steps.at(-1)?.seq).toBe(losses.length > 0 ? losses.length - 1 : undefined);
        steps.forEach(({ loss, spans, weight }, index) => {
          const own = losses.slice(index * stride, index * stride + weight);
          if (weight === 1) expect([loss, spans]).toEqual([own[0], undefined]);
          else expect(spans?.loss).toEqual([Math.min(...own), Math.max(...own)]);
        });
        const sum = losses.reduce((all, loss) => all + loss, 0);
        expect(steps.reduce((all, { loss, weight }) => all + loss * weight, 0)).toBeCloseTo(sum, 6);
      },
    ),
  );
});

test('joining on the way leads to the same points, to the last bit, as joining at once', () => {
  const points = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 300 });
  const powers = fc.integer({ min: 0, max: 6 });
  fc.assert(
    fc.property(points, fc.nat({ max: 40 }), powers, powers, (losses, first, a, b) => {
      const recorded = losses
        .map((loss, index) => step(first + index, loss))
        .filter((point) => point.kind === 'step');
      const [on, to] = [2 ** Math.min(a, b), 2 ** Math.max(a, b)];
      expect(joinStretches(joinStretches(recorded, 1, on), on, to)).toEqual(joinStretches(recorded, 1, to));
    }),
  );
});
