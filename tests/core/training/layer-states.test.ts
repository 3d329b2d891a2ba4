import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deadShare,
  histogramOf,
  markLiving,
  saturatedShare,
} from '../../../app/core/training/layer-states.ts';

describe('a histogram', () => {
  it('counts every finite value once, between the least and the greatest', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1 }), (values) => {
        const finite = [...values].filter(Number.isFinite);
        const { min, max, counts } = histogramOf(values);
        expect(counts).toHaveLength(32);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(finite.length);
        if (finite.length === 0) return;
        expect(min).toBe(Math.min(...finite));
        expect(max).toBe(Math.max(...finite));
      }),
    );
  });

  it('by hand', () => {
    const { min, max, counts } = histogramOf(Float32Array.of(0, 0.5, 1, 31.9, 32, NaN));
    expect([min, max]).toEqual([0, 32]);
    expect([counts[0], counts[1], counts[31]]).toEqual([2, 1, 2]);
    expect(histogramOf(Float32Array.of(3, 3)).counts[0]).toBe(2);
  });
});

describe('layers that learn nothing any more', () => {
  it('a channel is dead when it is 0 everywhere in all pictures', () => {
    // Two pictures of three channels with two places: the second lives in the second picture, the third nowhere.
    const values = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0);
    const lives = new Uint8Array(3);
    markLiving(lives, values, [2, 3, 1, 2]);
    expect([...lives]).toEqual([1, 1, 0]);
    expect(deadShare(lives)).toBeCloseTo(1 / 3, 9);
    // One that lives in a later batch is not dead.
    markLiving(lives, Float32Array.of(0, 0, 3), [1, 3]);
    expect(deadShare(lives)).toBe(0);
  });

  it('a number is saturated near an end', () => {
    expect(saturatedShare('sigmoid', Float32Array.of(0.001, 0.5, 0.999, 0.02))).toBe(0.5);
    expect(saturatedShare('tanh', Float32Array.of(-0.999, 0, 0.99, 0.97))).toBe(0.5);
    expect(saturatedShare('relu', Float32Array.of(0))).toBeNull();
  });
});
