import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteScale, ValueMeter } from '../../app/core/quantisation/value-range.ts';

const value = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const batches = fc.array(fc.array(value, { maxLength: 30 }), { minLength: 1, maxLength: 6 });

const metered = (given: readonly (readonly number[])[]): ValueMeter => {
  const meter = new ValueMeter();
  for (const batch of given) meter.add(Float32Array.from(batch));
  return meter;
};

describe('the range of a value', () => {
  test('of all numbers goes from the least to the greatest, with 0 in it', () => {
    fc.assert(
      fc.property(batches, (given) => {
        const all = given.flat().map(Math.fround);
        const { least, greatest } = metered(given).range(0);
        expect(least).toBe(Math.min(0, ...all) + 0);
        expect(greatest).toBe(Math.max(0, ...all) + 0);
      }),
    );
  });

  test('leaves out no more than it may at each end, whatever the order in which numbers came', () => {
    const outside = 0.05;
    fc.assert(
      fc.property(batches, (given) => {
        const all = given.flat().map(Math.fround);
        const { least, greatest } = metered(given).range(outside);
        const beyond = (isOut: (number: number) => boolean): number => all.filter(isOut).length;
        expect(beyond((number) => number < least - 1e-9)).toBeLessThanOrEqual(outside * all.length);
        expect(beyond((number) => number > greatest + 1e-9)).toBeLessThanOrEqual(outside * all.length);
      }),
    );
  });

  test('cuts what is rare: one number of ten thousand that is a thousand times greater', () => {
    const meter = metered([Array.from({ length: 9999 }, (_, at) => at / 9999), [1000]]);
    expect(meter.range(0).greatest).toBe(1000);
    expect(meter.range(1e-3).greatest).toBeLessThan(2);
  });

  test('of what is no number is not told', () => {
    expect(metered([[1, NaN]]).isFinite).toBe(false);
    expect(metered([[1], [Infinity]]).isFinite).toBe(false);
    expect(metered([[1], [-1]]).isFinite).toBe(true);
  });
});

test('bytes keep 0 exact, and every number of the range within half a step', () => {
  fc.assert(
    fc.property(value, value, fc.float({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
      const [least, greatest] = [Math.min(0, a, b), Math.max(0, a, b)];
      const { scale, zero } = byteScale({ least, greatest });
      expect(Number.isInteger(zero) && zero >= 0 && zero <= 255).toBe(true);
      const x = least + share * (greatest - least);
      const byte = Math.min(255, Math.max(0, Math.round(x / scale) + zero));
      // The rounding of `zero` moves the ends by half a step more.
      expect(Math.abs((byte - zero) * scale - x)).toBeLessThanOrEqual(Math.max(scale * 1.01, 1e-30));
    }),
  );
});
