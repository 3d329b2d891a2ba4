import type { Line } from './series.ts';

/** A stretch of the x axis, `from` before `to`. */
export type Stretch = readonly [from: number, to: number];

/** From the first place of all lines to the last; null where that is no stretch. */
export function extent(lines: readonly Pick<Line, 'x'>[]): Stretch | null {
  const filled = lines.filter(({ x }) => x.length > 0);
  const from = Math.min(...filled.map(({ x }) => x[0] as number));
  const to = Math.max(...filled.map(({ x }) => x.at(-1) as number));
  return from < to ? [from, to] : null;
}

/** The smallest stretch that can be shown, as a share of the whole. */
const finest = 1e-4;

/** A stretch within the whole; null, which is all of it, where it covers that. */
export function clampStretch([from, to]: Stretch, whole: Stretch): Stretch | null {
  const length = whole[1] - whole[0];
  const width = Math.max(to - from, length * finest);
  if (!(width < length)) return null;
  const start = Math.min(Math.max(from, whole[0]), whole[1] - width);
  return [start, start + width];
}

/** The stretch around the same middle, `factor` times as long. */
export function scaleStretch(shown: Stretch | null, whole: Stretch, factor: number): Stretch | null {
  const [from, to] = shown ?? whole;
  const half = ((to - from) / 2) * factor;
  const middle = (from + to) / 2;
  return clampStretch([middle - half, middle + half], whole);
}

/** The stretch of the same length, moved by a share of it. */
export function moveStretch(shown: Stretch | null, whole: Stretch, share: number): Stretch | null {
  if (!shown) return null;
  const step = (shown[1] - shown[0]) * share;
  return clampStretch([shown[0] + step, shown[1] + step], whole);
}
