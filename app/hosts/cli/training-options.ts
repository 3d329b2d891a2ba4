import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  augmentation,
  augmentationPreset,
  augmentationPresets,
  schedule,
  TesseraError,
  trainLoss,
  usualDecay,
  type Augmentation,
  type FineTune,
  type Schedule,
  type TrainSettings,
} from '../../contract/index.ts';
import { fraction, oneOf, positiveNumber, wholeNumber, words } from './arguments.ts';
import type { Client } from './cli.ts';
import { findRun } from './find-run.ts';

/** What may be said about how a network learns, beside what every training needs. */
export interface TrainingOptions {
  momentum?: number;
  nesterov?: true;
  weightDecay?: number;
  decayWeightsOnly?: true;
  loss?: NonNullable<TrainSettings['loss']>['kind'];
  labelSmoothing?: number;
  balancedLoss?: true;
  clipNorm?: number;
  averageDecay?: number;
  schedule?: Schedule;
  warmup?: number;
  augment?: Augmentation;
  earlyStopping?: number;
  balancedSampling?: true;
  freeze?: string[];
  fineTune?: FineTune['blocks'];
  blockDecay?: number;
  keepEvery?: number;
  startFrom?: string;
  followLabels?: true;
}

/** By the names that commander gives them. */
export const trainingOptionNames = [
  'momentum',
  'nesterov',
  'weightDecay',
  'decayWeightsOnly',
  'loss',
  'labelSmoothing',
  'balancedLoss',
  'clipNorm',
  'averageDecay',
  'schedule',
  'warmup',
  'augment',
  'earlyStopping',
  'balancedSampling',
  'freeze',
  'fineTune',
  'blockDecay',
  'keepEvery',
  'startFrom',
  'followLabels',
] as const satisfies readonly (keyof TrainingOptions)[];

export function addTrainingOptions(command: Command): Command {
  return command
    .option('--momentum <x>', 'of sgd, 0 to 0.999', fraction(0.999))
    .option('--nesterov', 'looks ahead along the momentum of sgd')
    .option('--weight-decay <x>', 'pulls weights towards 0', fraction(1))
    .option('--decay-weights-only', 'leaves biases and the numbers of norms out of the decay')
    .addOption(oneOf('--loss <kind>', 'what is made small', trainLoss.shape.kind.options))
    .option('--label-smoothing <x>', 'share of a label that is spread over all classes', fraction(0.9))
    .option('--balanced-loss', 'a class weighs the more, the fewer pictures it has')
    .option('--clip-norm <x>', 'greatest 2-norm of all gradients together', fraction(1e9))
    .option(
      '--average-decay <x>',
      'answers with a moving average of the weights; 0.999 is usual',
      fraction(0.999999),
    )
    .addOption(
      new Option(
        '--schedule <kind>',
        'how the learning rate moves: constant, step:EVERY,FACTOR, cosine[:FLOOR], oneCycle[:RISE], plateau:PATIENCE,FACTOR',
      ).argParser(scheduleOf),
    )
    .option('--warmup <epochs>', 'over which the learning rate rises first', fraction(1000))
    .addOption(
      new Option(
        '--augment <how>',
        `changes pictures while they are learned: ${augmentationPreset.options.join(', ')}, or strengths as flip=0.5,rotate=10`,
      ).argParser(augmentationOf),
    )
    .option(
      '--early-stopping <epochs>',
      'ends after so many epochs that were no better',
      wholeNumber(1, 10_000),
    )
    .option('--balanced-sampling', 'every class comes equally often')
    .option('--freeze <layers>', 'ids of layers that stay as they are, with commas between', words)
    .addOption(
      new Option(
        '--fine-tune <blocks>',
        'of weights that have learned: how many of the last blocks go on learning beside the classifier, or all',
      ).argParser(blocksOf),
    )
    .option(
      '--block-decay <x>',
      `what each block’s learning rate is of that of the part after it; ${usualDecay} unless given`,
      positiveNumber(1),
    )
    .option(
      '--keep-every <epochs>',
      'also keeps the checkpoint after every so many epochs',
      wholeNumber(1, 10_000),
    )
    .option('--start-from <run>', 'begins with the best weights of a run; RUN:last or RUN:EPOCH for others')
    .option('--follow-labels', 'labels that are changed meanwhile count from the next epoch on');
}

/** The settings that the options stand for. Throws `runNotFound`, `invalidInput`. */
export async function trainingSettingsOf(
  client: Client,
  projectId: string,
  options: TrainingOptions,
): Promise<Partial<TrainSettings>> {
  const { momentum, weightDecay, clipNorm, averageDecay, augment, earlyStopping, freeze, keepEvery } =
    options;
  const chosenSchedule = scheduleWith(options);
  const loss = lossOf(options);
  return {
    ...(momentum !== undefined && { momentum }),
    ...(options.nesterov && { nesterov: true }),
    ...(weightDecay !== undefined && { weightDecay }),
    ...(options.decayWeightsOnly && { decayWeightsOnly: true }),
    ...(loss && { loss }),
    ...(clipNorm !== undefined && { clipNorm }),
    ...(averageDecay !== undefined && { averageDecay }),
    ...(chosenSchedule && { schedule: chosenSchedule }),
    ...(augment && { augment }),
    ...(earlyStopping !== undefined && { earlyStopping: { patience: earlyStopping } }),
    ...(options.balancedSampling && { sampling: 'balanced' as const }),
    ...(freeze && { frozen: freeze }),
    ...fineTuneOf(options),
    ...(keepEvery !== undefined && { keepEvery }),
    ...(options.followLabels && { followLabels: true }),
    ...(options.startFrom !== undefined && { start: await startOf(client, projectId, options.startFrom) }),
  };
}

function lossOf({ loss, labelSmoothing, balancedLoss }: TrainingOptions): TrainSettings['loss'] {
  if (loss === undefined && labelSmoothing === undefined && !balancedLoss) return undefined;
  return {
    kind: loss ?? 'softmaxCrossEntropy',
    ...(labelSmoothing !== undefined && { labelSmoothing }),
    ...(balancedLoss && { classWeights: 'balanced' as const }),
  };
}

function fineTuneOf({ fineTune, blockDecay }: TrainingOptions): Pick<TrainSettings, 'fineTune'> {
  if (fineTune === undefined && blockDecay === undefined) return {};
  return { fineTune: { blocks: fineTune ?? 'all', decay: blockDecay ?? usualDecay } };
}

function blocksOf(text: string): FineTune['blocks'] {
  return text === 'all' ? text : wholeNumber(0, 10_000)(text);
}

/** A warm-up alone goes before the usual schedule. */
function scheduleWith({ schedule: chosen, warmup }: TrainingOptions): Schedule | undefined {
  if (warmup === undefined) return chosen;
  const found = schedule.safeParse({ ...(chosen ?? { kind: 'cosine' }), warmup });
  if (found.success) return found.data;
  throw new TesseraError('invalidInput', { what: '--warmup', reason: 'oneCycle rises by itself' });
}

/** `step:10,0.1` → a schedule. Throws what makes it wrong usage. */
export function scheduleOf(text: string): Schedule {
  const [kind = '', given = ''] = text.split(':', 2);
  const names = { constant: [], step: ['every', 'factor'], cosine: ['floor'], oneCycle: ['rise'] } as const;
  const known: Readonly<Record<string, readonly string[]>> = { ...names, plateau: ['patience', 'factor'] };
  const fields = known[kind];
  const numbers = given === '' ? [] : given.split(',');
  if (fields === undefined || numbers.length > fields.length) throw wrongSchedule();
  const entries = numbers.map((number, at) => [fields[at] ?? '', numberOf(number)] as const);
  const found = schedule.safeParse({ kind, ...Object.fromEntries(entries) });
  if (!found.success) throw wrongSchedule();
  return found.data;
}

/** The name of a preset, or strengths: `flip=0.5,rotate=10`. Throws what makes it wrong usage. */
export function augmentationOf(text: string): Augmentation {
  const preset = augmentationPreset.safeParse(text);
  if (preset.success) return augmentationPresets[preset.data];
  const entries = text.split(',').map((part) => {
    const [name = '', value = ''] = part.split('=', 2);
    return [name.trim(), numberOf(value)] as const;
  });
  const found = augmentation.safeParse(Object.fromEntries(entries));
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new InvalidArgumentError(
    `Give ${augmentationPreset.options.join(', ')}, or strengths of ${Object.keys(augmentation.shape).join(', ')} as flip=0.5,rotate=10` +
      (issue && issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message}).` : '.'),
  );
}

const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text));

const wrongSchedule = (): InvalidArgumentError =>
  new InvalidArgumentError(
    'Give constant, step:EVERY,FACTOR, cosine[:FLOOR], oneCycle[:RISE] or plateau:PATIENCE,FACTOR, as step:10,0.1.',
  );

async function startOf(client: Client, projectId: string, text: string): Promise<TrainSettings['start']> {
  const [, named = text, which = 'best'] = /^(.+):(best|last|\d+)$/.exec(text) ?? [];
  const { id } = await findRun(client, projectId, named);
  return { runId: id, which: which === 'best' || which === 'last' ? which : Number(which) };
}
