import {
  greatestSweep,
  TesseraError,
  trialValues,
  type SweepMethod,
  type SweepSetting,
  type SweepSpace,
  type SweepValue,
  type TrialValues,
} from '../../contract/index.ts';
import { Random } from '../dataset/random.ts';
import { drawValue, gridValues, isRange } from './axis-values.ts';
import { axesOf, type Axis } from './check-space.ts';

/** Draws in a row that found nothing new, after which a space of ranges counts as used up. */
const patience = 200;

/**
 * The trials of a sweep, no combination twice. A grid has its last axis change fastest; drawn ones depend on nothing but the space
 * and the seed, so that more of them begin with the same ones. Fewer than were asked for where the space has no more. Throws
 * `invalidInput` for a grid of more than `greatestSweep`.
 */
export function chooseTrials(space: SweepSpace, method: SweepMethod): TrialValues[] {
  const axes = axesOf(space);
  if (method.kind === 'grid') return allOf(axes).map(toValues);
  const random = new Random(method.seed);
  const drawn = axes.some(({ axis }) => isRange(axis))
    ? draw(axes, method.count, random)
    : shuffled(axes, method.count, random);
  return drawn.map(toValues);
}

type Combination = [SweepSetting, SweepValue][];

const toValues = (combination: Combination): TrialValues =>
  trialValues.parse(Object.fromEntries(combination));

function allOf(axes: readonly Axis[]): Combination[] {
  const lists = axes.map(({ setting, axis }) => ({ setting, values: gridValues(setting, axis) }));
  const size = lists.reduce((product, { values }) => product * values.length, 1);
  if (size > greatestSweep) {
    const reason = `${size} combinations are more than ${greatestSweep}; give fewer values, or draw some at random`;
    throw new TesseraError('invalidInput', { what: 'The grid', reason });
  }
  let combinations: Combination[] = [[]];
  for (const { setting, values } of lists) {
    combinations = combinations.flatMap((before) =>
      values.map((value): Combination => [...before, [setting, value]]),
    );
  }
  return combinations;
}

/** Of lists alone: combinations by their numbers, so that the last ones are found as quickly as the first. */
function shuffled(axes: readonly Axis[], count: number, random: Random): Combination[] {
  const lists = axes.map(({ setting, axis }) => ({ setting, values: gridValues(setting, axis) }));
  const size = lists.reduce((product, { values }) => product * values.length, 1);
  // Few are drawn of very many.
  if (size > 100 * greatestSweep) return draw(axes, count, random);
  const order = random.shuffle(Array.from({ length: size }, (_, place) => place)).slice(0, count);
  return order.map((place) => {
    let rest = place;
    return lists.map(({ setting, values }) => {
      const value = values[rest % values.length] as SweepValue;
      rest = Math.floor(rest / values.length);
      return [setting, value];
    });
  });
}

function draw(axes: readonly Axis[], count: number, random: Random): Combination[] {
  const found = new Map<string, Combination>();
  for (let misses = 0; found.size < count && misses < patience;) {
    const combination = axes.map(({ setting, axis }): [SweepSetting, SweepValue] => [
      setting,
      drawValue(setting, axis, random),
    ]);
    const key = JSON.stringify(combination);
    if (found.has(key)) misses++;
    else {
      found.set(key, combination);
      misses = 0;
    }
  }
  return [...found.values()];
}
