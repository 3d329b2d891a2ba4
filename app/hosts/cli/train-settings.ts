import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  defaultTrainSettings,
  gentleLearningRate,
  graphFromText,
  optimizer,
  pretrainedStart,
  TesseraError,
  type FineTune,
  type Graph,
  type Optimizer,
  type Pretrained,
  type TrainSettings,
} from '../../contract/index.ts';
import { oneOf, positiveNumber, wholeNumber } from './arguments.ts';
import type { Client } from './cli.ts';

export interface TrainOptions {
  model: string;
  pretrained?: true | Pretrained;
  epochs?: number;
  batchSize?: number;
  imageSize?: number;
  optimizer: Optimizer;
  lr?: number;
  seed?: number;
  threads?: number;
  fineTune?: FineTune['blocks'];
  blockDecay?: number;
}

/** What every training needs, but for the model: where that may come from differs between the commands. */
export function addTrainOptions(command: Command): Command {
  return command
    .option('--epochs <n>', 'times through all pictures', wholeNumber(1, 10_000))
    .option('--batch-size <n>', 'pictures a step', wholeNumber(1, 1024))
    .option('--image-size <n>', 'height and width of the network’s pictures', wholeNumber(8, 512))
    .addOption(oneOf('--optimizer <name>', 'how weights are updated', optimizer.options).default('adam'))
    .option('--lr <x>', 'learning rate, which the schedule takes shares of', positiveNumber(10))
    .option('--seed <n>', 'decides first weights and order', wholeNumber(0, 0xffff_ffff))
    .option('--threads <n>', '0: as many as the machine has cores', wholeNumber(0, 256));
}

/** What to use where no learning rate is given. */
const usualLearningRate: Record<Optimizer, number> = { sgd: 0.02, adam: 0.002, adamw: 0.002 };

/**
 * The settings that the options stand for. `model` is an architecture, a network that was made in the project, or the path of a
 * graph in JSON; a pretrained start brings its own.
 * Throws `modelUnknown`, `fileNotFound`, `fileMalformed`.
 */
export async function trainSettingsFrom(
  client: Client,
  projectId: string,
  options: TrainOptions,
): Promise<TrainSettings> {
  const pretrained = options.pretrained === true ? plainStart(options) : options.pretrained;
  const chosen = pretrained === undefined ? options.model : pretrainedStart.architecture;
  const { model, imageSize } = chosen.endsWith('.json')
    ? graphChoice(await readGraph(chosen))
    : await namedChoice(client, projectId, chosen);
  const { optimizer, lr, epochs, batchSize, seed, threads } = options;
  return {
    ...defaultTrainSettings,
    model,
    ...(pretrained !== undefined && { pretrained }),
    imageSize: options.imageSize ?? imageSize,
    optimizer,
    learningRate: lr ?? (pretrained === 'all' ? gentleLearningRate : usualLearningRate)[optimizer],
    ...(epochs !== undefined && { epochs }),
    ...(batchSize !== undefined && { batchSize }),
    ...(seed !== undefined && { seed }),
    ...(threads !== undefined && { threads }),
  };
}

/** Whoever says how far to tune wants more than a new head. */
const plainStart = ({ fineTune, blockDecay }: TrainOptions): Pretrained =>
  fineTune === undefined && blockDecay === undefined ? 'head' : 'all';

type Choice = Pick<TrainSettings, 'model' | 'imageSize'>;

async function namedChoice(client: Client, projectId: string, name: string): Promise<Choice> {
  const known = await client.models.architectures();
  const found = known.find((each) => each.name === name);
  if (found) return { model: { kind: 'architecture', name }, imageSize: found.defaultImageSize };
  const own = await client.models.own({ projectId });
  const made = own.find((each) => each.name === name)?.graph;
  if (made) return { model: { kind: 'graph', graph: made, adapt: true }, imageSize: made.input.height };
  throw new TesseraError('modelUnknown', {
    name,
    known: [...own, ...known].map((each) => each.name).join(', '),
  });
}

function graphChoice(chosen: Graph): Choice {
  return { model: { kind: 'graph', graph: chosen }, imageSize: chosen.input.height };
}

async function readGraph(path: string): Promise<Graph> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new TesseraError('fileNotFound', { path }, { cause });
  });
  return graphFromText(text, path);
}
