import type { Line } from './series.ts';
import type { Stretch } from './zoom-range.ts';

/** A place at the foot of a chart. */
export interface Mark {
  x: number;
  shape: 'diamond' | 'triangle';
}

/** What a chart shows; plain data, so that it can be handed over whole whenever anything changes. */
export interface ChartModel {
  lines: readonly Line[];
  logY: boolean;
  /** Limits that the y axis never leaves, whatever the data; null is open. */
  yLimits: readonly [low: number | null, high: number | null];
  formatX: (x: number) => string;
  /** From one tick of the x axis to the next, rising; null: round by tens. */
  xSteps: readonly number[] | null;
  formatY: (y: number) => string;
  /** A round value beside the y axis: shorter than `formatY`, which may promise digits. */
  formatTick: (y: number) => string;
  /** A place on the x axis worth knowing, such as the best epoch. */
  marker: { x: number; label: string } | null;
  /** Smaller places on it, drawn at its foot, such as kept checkpoints. */
  marks: readonly Mark[];
  /** The stretch of the x axis that is shown; null is all of it. */
  range: Stretch | null;
  /** Charts of one key share their cross-hair. */
  syncKey: string;
}

/** Whether nothing but the stretch is another. */
export function isOnlyMoved(before: ChartModel, now: ChartModel): boolean {
  const { range, yLimits, ...rest } = now;
  const isAs = (key: string): boolean => Reflect.get(before, key) === Reflect.get(rest, key);
  const [low, high] = before.yLimits;
  return range !== before.range && yLimits[0] === low && yLimits[1] === high && Object.keys(rest).every(isAs);
}
