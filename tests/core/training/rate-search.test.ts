import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateSearch, searchedRates } from '../../../app/core/training/rate-search.ts';

/** A loss that is flat, falls by 2 around 1e-3 (over a decade) and soars beyond 0.1. */
const lossAt = (rate: number): number => {
  const decades = Math.log10(rate);
  const fallen = 2 / (1 + Math.exp(-4 * (decades + 3)));
  return 2.5 - fallen + Math.max(0, decades + 1) ** 2 * 20;
};

function searched(loss: (rate: number, step: number) => number): RateSearch {
  const search = new RateSearch();
  for (const [step, rate] of searchedRates().entries()) if (!search.add(rate, loss(rate, step))) break;
  return search;
}

describe('the search for a learning rate', () => {
  it('tries rates that rise by one factor', () => {
    const rates = searchedRates(8);
    expect(rates[0]).toBe(1e-6);
    expect(rates[7]).toBeCloseTo(10, 9);
    for (let at = 1; at < 8; at++) expect((rates[at] ?? 0) / (rates[at - 1] ?? 1)).toBeCloseTo(10, 6);
  });

  it('suggests a rate where the loss falls most steeply, a little behind because it is smoothed', () => {
    const { suggested, points } = searched(lossAt);
    expect(suggested).toBeGreaterThan(5e-4);
    expect(suggested).toBeLessThan(1e-2);
    expect(points.length).toBeLessThan(120);
  });

  it('smooths without a bias at its beginning', () => {
    const { points } = searched(() => 1.5);
    for (const { smoothed } of points) expect(smoothed).toBeCloseTo(1.5, 9);
  });

  it('suggests nothing where nothing falls, and ends at a loss that is no number', () => {
    expect(searched(() => 2).suggested).toBeNull();
    expect(searched((_, step) => 1 + step).suggested).toBeNull();
    const broken = searched((rate, step) => (step === 30 ? NaN : lossAt(rate)));
    expect(broken.points).toHaveLength(30);
  });

  it('never suggests a rate that was not tried, nor one behind the least loss', () => {
    const losses = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(losses, (all) => {
        const { suggested, points } = searched((_, step) => all[step] ?? 0);
        if (suggested === null) return;
        const at = points.findIndex(({ rate }) => rate === suggested);
        const smoothed = points.slice(10).map((point) => point.smoothed);
        expect(at).toBeGreaterThanOrEqual(10);
        expect(at).toBeLessThan(10 + smoothed.indexOf(Math.min(...smoothed)));
      }),
    );
  });
});
