import {
  sweepSetting,
  TesseraError,
  trialValues,
  type SweepAxis,
  type SweepRange,
  type SweepSetting,
  type SweepSpec,
  type SweepValue,
} from '../../contract/index.ts';
import { isRange, isWhole } from './axis-values.ts';

export interface Axis {
  setting: SweepSetting;
  axis: SweepAxis;
}

/** In the order in which they were given. */
export const axesOf = (space: SweepSpec['space']): Axis[] =>
  Object.entries(space).map(([setting, axis]) => ({ setting: sweepSetting.parse(setting), axis }));

const numbers: readonly SweepSetting[] = [
  'imageSize',
  'learningRate',
  'batchSize',
  'momentum',
  'weightDecay',
  'labelSmoothing',
  'dropout',
  'clipNorm',
  'averageDecay',
  'seed',
];

/**
 * Whether a sweep's space, method and settings fit together; what a single trial's settings say is found out when it is
 * planned. Throws `invalidInput` with the setting.
 */
export function checkSpace({ space, method, settings }: SweepSpec): void {
  const axes = axesOf(space);
  if (axes.length === 0)
    refuse('A sweep', 'it tries nothing out; name a setting with its values or its range');
  for (const { setting, axis } of axes) {
    if (isRange(axis)) checkRange(setting, axis);
    else for (const value of axis) checkValue(setting, value);
  }
  checkEffects(axes, settings);
  if (method.kind === 'halving' && method.leastEpochs > settings.epochs) {
    refuse(
      'leastEpochs',
      `${method.leastEpochs} are more than the ${settings.epochs} epochs of the longest trial`,
    );
  }
}

function checkRange(setting: SweepSetting, { from, to, scale }: SweepRange): void {
  if (!numbers.includes(setting)) refuse(setting, 'it has no range; give its values');
  checkValue(setting, from);
  checkValue(setting, to);
  if (from >= to)
    refuse(setting, `its range goes from ${from} to ${to}; the second number must be the greater one`);
  if (scale === 'log' && from <= 0) refuse(setting, 'a logarithmic scale begins above 0');
  if (isWhole(setting) && !(Number.isInteger(from) && Number.isInteger(to))) {
    refuse(setting, 'its range has whole numbers for its ends');
  }
}

function checkValue(setting: SweepSetting, value: SweepValue): void {
  const found = trialValues.safeParse({ [setting]: value });
  if (!found.success) refuse(setting, `${value} cannot be tried out (${found.error.issues[0]?.message})`);
}

/** A setting that would have no effect is refused. */
function checkEffects(axes: readonly Axis[], settings: SweepSpec['settings']): void {
  const has = (setting: SweepSetting): boolean => axes.some((each) => each.setting === setting);
  if (settings.pretrained === 'head') {
    refuse(
      'pretrained',
      'a head is fitted at once, and there is nothing to try out; train all weights instead',
    );
  }
  if (settings.followLabels === true) {
    refuse('followLabels', 'all trials of a sweep learn the same labels');
  }
  for (const setting of ['model', 'dropout'] as const) {
    if ((settings.pretrained ?? settings.startModel) !== undefined && has(setting)) {
      refuse(setting, 'a pretrained start brings its own network');
    }
  }
  if (has('momentum') && !has('optimizer') && settings.optimizer !== 'sgd') {
    refuse('momentum', `only sgd has one, and the optimizer is ${settings.optimizer}`);
  }
  if (has('labelSmoothing') && (settings.loss?.kind ?? 'softmaxCrossEntropy') !== 'softmaxCrossEntropy') {
    refuse('labelSmoothing', 'only the loss softmaxCrossEntropy has it');
  }
}

function refuse(what: string, reason: string): never {
  throw new TesseraError('invalidInput', { what, reason });
}
