import { describe, expect, it } from 'vitest';
import { learningRateShare } from '../../../app/core/training/schedule.ts';

describe('the share of the learning rate', () => {
  it('begins whole, is half in the middle and nothing after the end', () => {
    expect(learningRateShare(0, 100)).toBe(1);
    expect(learningRateShare(50, 100)).toBeCloseTo(0.5, 12);
    expect(learningRateShare(100, 100)).toBe(0);
  });

  it('falls with every step, slowly at both ends', () => {
    const shares = Array.from({ length: 101 }, (_, step) => learningRateShare(step, 100));
    const falls = shares.slice(1).map((share, index) => (shares[index] ?? 0) - share);
    for (const fall of falls) expect(fall).toBeGreaterThan(0);
    expect(falls[50]).toBeGreaterThan(10 * (falls[0] ?? 0));
    expect(falls[50]).toBeGreaterThan(10 * (falls[99] ?? 0));
  });

  it('of a run of one step is whole', () => {
    expect(learningRateShare(0, 1)).toBe(1);
  });
});
