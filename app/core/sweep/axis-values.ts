import type { SweepAxis, SweepRange, SweepSetting, SweepValue } from '../../contract/index.ts';
import type { Random } from '../dataset/random.ts';

/** Of a range in a grid, where nothing was said. */
const usualSteps = 3;
/** Digits that a value of a range has: more say nothing about a hyperparameter. */
const digits = 4;

const wholeSettings: readonly SweepSetting[] = ['imageSize', 'batchSize', 'seed'];
export const isWhole = (setting: SweepSetting): boolean => wholeSettings.includes(setting);

export const isRange = (axis: SweepAxis): axis is SweepRange => !Array.isArray(axis);

/** The values of an axis in a grid, each once. */
export function gridValues(setting: SweepSetting, axis: SweepAxis): SweepValue[] {
  if (!isRange(axis)) return [...new Set(axis)];
  const { steps = usualSteps } = axis;
  const values = Array.from({ length: steps }, (_, at) => valueAt(setting, axis, at / (steps - 1)));
  return [...new Set(values)];
}

export function drawValue(setting: SweepSetting, axis: SweepAxis, random: Random): SweepValue {
  return isRange(axis)
    ? valueAt(setting, axis, random.float())
    : (axis[random.below(axis.length)] as SweepValue);
}

/** At a share of the way on the range's scale; never outside of the range. */
function valueAt(setting: SweepSetting, { from, to, scale }: SweepRange, share: number): number {
  const exact =
    scale === 'log'
      ? Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)))
      : from + share * (to - from);
  const rounded = isWhole(setting) ? Math.round(exact) : Number(exact.toPrecision(digits));
  return Math.min(to, Math.max(from, rounded));
}
