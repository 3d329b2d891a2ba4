import type { RatePoint } from '../../../app/contract/index.ts';

/** The curve of a search in a box of 100 × 100: rates by their logarithm, losses from the least to the greatest. */
export function rateCurve(points: readonly RatePoint[]): { rate: number; x: number; y: number }[] {
  const finite = points.filter(({ smoothed }) => Number.isFinite(smoothed));
  const first = finite[0];
  const last = finite.at(-1);
  if (!first || !last) return [];
  const losses = finite.map(({ smoothed }) => smoothed);
  const least = Math.min(...losses);
  const range = Math.max(...losses) - least || 1;
  const width = Math.log(last.rate / first.rate) || 1;
  return finite.map(({ rate, smoothed }) => ({
    rate,
    x: (100 * Math.log(rate / first.rate)) / width,
    y: 100 * (1 - (smoothed - least) / range),
  }));
}
