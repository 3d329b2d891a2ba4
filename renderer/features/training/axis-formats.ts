import { duration } from '../../charts/format.ts';
import type { CurveAxis } from './curve-lines.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** The time of day, with seconds where there are some; midnight is the day that begins. */
function timeOfDay(ms: number): string {
  const date = new Date(ms);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()];
  if (hours + minutes + seconds === 0) return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return [hours, minutes, ...(seconds > 0 ? [seconds] : [])].map(two).join(':');
}

/** How a place on an axis is written: steps, epochs in hundredths, a length of time, the time of day. */
export const axisFormats: Record<CurveAxis, (x: number) => string> = {
  step: (x) => String(Math.round(x)),
  epoch: (x) => String(Number(x.toFixed(2))),
  time: duration,
  at: timeOfDay,
};

const [second, minute, hour] = [1, 60, 3600];
const clockSteps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 96, 240, 480].map((count) => count * hour),
];
/** From one tick to the next, where tens are not round. */
export const axisSteps: Record<CurveAxis, readonly number[] | null> = {
  step: null,
  epoch: null,
  time: clockSteps,
  at: clockSteps.map((seconds) => seconds * 1000),
};

export const lossTick = (y: number): string => String(Number(y.toPrecision(4)));
export const accuracyTick = (y: number): string => `${Number((y * 100).toFixed(2))} %`;
