import { readFile } from 'node:fs/promises';
import {
  defaultTrainSettings,
  gentleLearningRate,
  graph,
  pretrainedStart,
  TesseraError,
  type FineTune,
  type Graph,
  type Optimizer,
  type Pretrained,
  type TrainSettings,
} from '../../contract/index.ts';
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

/** What to use where no learning rate is given. */
const usualLearningRate: Record<Optimizer, number> = { sgd: 0.02, adam: 0.002, adamw: 0.002 };

/**
 * The settings that the options stand for. `model` is an architecture or the path of a graph in JSON; a pretrained start brings
 * its own.
 * Throws `modelUnknown`, `fileNotFound`, `fileMalformed`.
 */
export async function trainSettingsFrom(client: Client, options: TrainOptions): Promise<TrainSettings> {
  const pretrained = options.pretrained === true ? plainStart(options) : options.pretrained;
  const chosen = pretrained === undefined ? options.model : pretrainedStart.architecture;
  const { model, imageSize } = chosen.endsWith('.json')
    ? graphChoice(await readGraph(chosen))
    : await architectureChoice(client, chosen);
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

async function architectureChoice(client: Client, name: string): Promise<Choice> {
  const known = await client.models.architectures();
  const found = known.find((each) => each.name === name);
  if (found) return { model: { kind: 'architecture', name }, imageSize: found.defaultImageSize };
  throw new TesseraError('modelUnknown', { name, known: known.map((each) => each.name).join(', ') });
}

function graphChoice(chosen: Graph): Choice {
  return { model: { kind: 'graph', graph: chosen }, imageSize: chosen.input.height };
}

async function readGraph(path: string): Promise<Graph> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new TesseraError('fileNotFound', { path }, { cause });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new TesseraError('fileMalformed', { path, format: 'JSON', reason: String(cause) }, { cause });
  }
  const parsed = graph.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const reason = `${issue?.path.join('.')}: ${issue?.message}`;
  throw new TesseraError('fileMalformed', { path, format: 'network', reason });
}
