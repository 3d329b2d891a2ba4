import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schedule as scheduleSchema, type Schedule } from '../../../app/contract/index.ts';
import { afterEpoch, freshPlateau } from '../../../app/core/training/plateau.ts';
import { learningRateShare } from '../../../app/core/training/schedule.ts';

interface Golden {
  stepsPerEpoch: number;
  epochs: number;
  byStep: [Schedule, number[]][];
  losses: number[];
  plateau: [Extract<Schedule, { kind: 'plateau' }>, number[]][];
}
/** From PyTorch's schedulers: fixtures/make_schedules.py. */
const golden = JSON.parse(
  readFileSync(new URL('fixtures/schedules.json', import.meta.url), 'utf8'),
) as Golden;

const cosine: Schedule = { kind: 'cosine' };
const share = (step: number, steps: number) =>
  learningRateShare(cosine, step, { stepsPerEpoch: steps, epochs: 1 });

describe('PyTorch gives the same learning rates', () => {
  it.each(golden.byStep)('%j', (schedule, rates) => {
    const { stepsPerEpoch, epochs } = golden;
    expect(rates).toHaveLength(stepsPerEpoch * epochs);
    rates.forEach((rate, step) => {
      const own = learningRateShare(schedule, step, { stepsPerEpoch, epochs });
      expect(Math.abs(own - rate), `step ${step}: ${own}, not ${rate}`).toBeLessThan(1e-9);
    });
  });

  it.each(golden.plateau)('%j', (schedule, rates) => {
    let state = freshPlateau;
    golden.losses.forEach((loss, epoch) => {
      expect(state.share).toBeCloseTo(rates[epoch] ?? NaN, 12);
      state = afterEpoch(schedule, state, loss);
    });
  });
});

describe('a share of the learning rate', () => {
  it('begins whole, is half in the middle and nothing after the end', () => {
    expect(share(0, 100)).toBe(1);
    expect(share(50, 100)).toBeCloseTo(0.5, 12);
    expect(share(100, 100)).toBe(0);
  });

  it('of a run of one step is whole', () => {
    expect(share(0, 1)).toBe(1);
  });

  it('lies between 0 and 1 at every step of every schedule', () => {
    const shares = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    const warmup = fc.option(fc.double({ min: 0, max: 0.99, noNaN: true }), { nil: undefined });
    const any = fc.oneof(
      fc.record({ kind: fc.constant('constant' as const), warmup }),
      fc.record({
        kind: fc.constant('step' as const),
        every: fc.integer({ min: 1, max: 5 }),
        factor: shares,
      }),
      fc.record({ kind: fc.constant('cosine' as const), floor: shares, warmup }),
      fc.record({ kind: fc.constant('oneCycle' as const), rise: shares }),
    );
    fc.assert(
      fc.property(
        any,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 6 }),
        (drawn, per, epochs) => {
          const schedule = scheduleSchema.parse(drawn);
          for (let step = 0; step < per * epochs; step++) {
            const own = learningRateShare(schedule, step, { stepsPerEpoch: per, epochs });
            expect(own).toBeGreaterThanOrEqual(0);
            expect(own).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});
