import { duration } from '../../charts/format.ts';
import type { CurveAxis } from './curve-lines.ts';

/** How a place on an axis is written: steps, epochs in hundredths, a clock. */
export const axisFormats: Record<CurveAxis, (x: number) => string> = {
  step: (x) => String(Math.round(x)),
  epoch: (x) => String(Number(x.toFixed(2))),
  time: duration,
};

export const lossTick = (y: number): string => String(Number(y.toPrecision(4)));
export const accuracyTick = (y: number): string => `${Number((y * 100).toFixed(2))} %`;
