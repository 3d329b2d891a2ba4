import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmax, crossEntropy, softmax } from '../../../app/core/evaluation/softmax.ts';

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
const logits = fc.array(float32, { minLength: 1, maxLength: 20 });

describe('softmax', () => {
  it('of 0, ln 2 and ln 5 is 1/8, 2/8 and 5/8', () => {
    const [a, b, c] = softmax([0, Math.log(2), Math.log(5)]);
    expect(a).toBeCloseTo(0.125, 12);
    expect(b).toBeCloseTo(0.25, 12);
    expect(c).toBeCloseTo(0.625, 12);
  });

  it('does not overflow where the powers alone would', () => {
    expect(softmax([1e30, 0])).toEqual([1, 0]);
    expect(softmax([-1e30, -1e30])).toEqual([0.5, 0.5]);
    expect(softmax(new Float32Array([3.4e38, -3.4e38]))).toEqual([1, 0]);
  });

  it('gives probabilities that add up to 1 and keep the order, for all finite logits', () => {
    fc.assert(
      fc.property(logits, (values) => {
        const scores = softmax(values);
        expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 9);
        for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
        expect(scores[argmax(values)]).toBe(Math.max(...scores));
      }),
    );
  });

  it('does not change when all logits move by the same', () => {
    const moved = softmax([1001, 1002, 1003]);
    softmax([1, 2, 3]).forEach((score, index) => expect(moved[index]).toBeCloseTo(score, 12));
  });
});

describe('cross-entropy', () => {
  it('is −log of the true class’s probability', () => {
    expect(crossEntropy([0, Math.log(2), Math.log(5)], 1)).toBeCloseTo(Math.log(4), 12);
    expect(crossEntropy([7, 7], 0)).toBeCloseTo(Math.LN2, 12);
  });

  it('stays finite where the probability is 0', () => {
    expect(crossEntropy([1e30, 0], 1)).toBe(1e30);
    expect(crossEntropy([1000, 0], 1)).toBe(1000);
  });

  it('is finite and not negative for all finite logits', () => {
    fc.assert(
      fc.property(logits, fc.nat(19), (values, place) => {
        const loss = crossEntropy(values, place % values.length);
        expect(Number.isFinite(loss)).toBe(true);
        expect(loss).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });
});

it('argmax takes the first of equals', () => {
  expect(argmax([1, 3, 3, 2])).toBe(1);
  expect(argmax(new Float32Array([-5, -2, -9]))).toBe(1);
});
