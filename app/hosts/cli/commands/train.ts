import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import {
  forecastAgainst,
  gentleLearningRate,
  pretrained,
  type EpochMetric,
  type Optimizer,
  type Run,
  type TrainSettings,
} from '../../../contract/index.ts';
import { withJson } from '../arguments.ts';
import { startModelOf } from '../brought-model.ts';
import { withServices, type Cli } from '../cli.ts';
import { findRun } from '../find-run.ts';
import { followJob } from '../follow-job.ts';
import { bytes, percent, signedPercent } from '../format.ts';
import { duration } from '../progress-bar.ts';
import { addTrainOptions, trainSettingsFrom, type TrainOptions } from '../train-settings.ts';
import {
  addTrainingOptions,
  trainingOptionNames,
  trainingSettingsOf,
  type TrainingOptions,
} from '../training-options.ts';
import type { Terminal } from '../terminal.ts';

type Options = TrainOptions &
  TrainingOptions & { optimizer: Optimizer; resume?: string; start?: string; json?: boolean };

export function trainCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('train <project>')
    .description('train a network on a project')
    .option('--model <name>', 'an architecture, a network of the project, or a graph.json', 'small-cnn')
    .addOption(
      new Option(
        '--pretrained [part]',
        'start from ImageNet (EfficientNet-Lite0): train a new head in seconds, or go on with all weights',
      )
        .choices(pretrained.options)
        .conflicts('model'),
    )
    .addOption(
      new Option(
        '--start <model>',
        'begin with a model that was brought in, by its name, or with an .onnx or .safetensors file',
      ).conflicts(['model', 'pretrained']),
    );
  addTrainOptions(command).addOption(
    new Option('--resume <run>', 'go on with a run, by its own settings').conflicts([
      'model',
      'pretrained',
      'start',
      'epochs',
      'batchSize',
      'imageSize',
      'optimizer',
      'lr',
      'seed',
      'threads',
      ...trainingOptionNames,
    ]),
  );
  addTrainingOptions(command);
  withJson(command).action((path: string, options: Options) =>
    withServices(terminal, 'cli', options.json ?? false, async (cli) => {
      const { id: projectId } = await cli.client.projects.open({ path: resolve(path) });
      await train(cli, projectId, options);
    }),
  );
}

async function train(cli: Cli, projectId: string, options: Options): Promise<void> {
  const { client } = cli;
  const resumed = options.resume === undefined ? null : await findRun(client, projectId, options.resume);
  const settings = resumed?.settings ?? {
    ...(await trainSettingsFrom(client, projectId, options)),
    ...(await trainingSettingsOf(client, projectId, options)),
    ...(await broughtStart(cli, projectId, options)),
  };
  const epochs = new EpochReport(cli, settings.epochs, resumed?.epoch ?? 0);
  let run: Run | null = resumed;
  try {
    await followJob(
      cli,
      async () => {
        const started = await client.runs.start({
          projectId,
          settings,
          ...(resumed && { resume: resumed.id }),
        });
        run = started.run;
        tellStart(cli, run);
        return started;
      },
      (event) => {
        if (event.type === 'metrics' && event.runId === run?.id) epochs.tell(event.points.filter(isEpoch));
      },
    );
  } catch (error) {
    if (run !== null && (await client.runs.get({ projectId, runId: run.id })).hasCheckpoint) {
      cli.terminal.say(`What was learned is kept. Go on with --resume ${run.name}`);
    }
    throw error;
  }
  if (run === null) return;
  // The stream may be ahead of its reader when the job ends; history has everything.
  const points = await client.runs.metrics({ projectId, runId: run.id, after: -1 });
  epochs.tell(points.filter(isEpoch));
  tellEnd(cli, await client.runs.get({ projectId, runId: run.id }));
}

/** A model that was brought in decides the size of pictures, and bears smaller steps, where nothing else is said. */
async function broughtStart(cli: Cli, projectId: string, options: Options): Promise<Partial<TrainSettings>> {
  if (options.start === undefined) return {};
  const { id, input } = await startModelOf(cli, projectId, options.start);
  return {
    startModel: id,
    imageSize: options.imageSize ?? input.height,
    ...(options.lr === undefined && { learningRate: gentleLearningRate[options.optimizer] }),
  };
}

const isEpoch = (point: { kind: string }): point is EpochMetric => point.kind === 'epoch';

/** Tells about every epoch once; of a resumed run only about those that are new. */
class EpochReport {
  readonly #cli: Cli;
  readonly #epochs: number;
  readonly #finishedBefore: number;
  readonly #told = new Set<number>();

  constructor(cli: Cli, epochs: number, finishedBefore: number) {
    this.#cli = cli;
    this.#epochs = epochs;
    this.#finishedBefore = finishedBefore;
  }

  tell(points: readonly EpochMetric[]): void {
    for (const point of points) {
      if (point.epoch <= this.#finishedBefore || this.#told.has(point.epoch)) continue;
      this.#told.add(point.epoch);
      this.#tellOne(point);
    }
  }

  #tellOne({ epoch, trainLoss, trainAccuracy, valLoss, valAccuracy, imagesPerSecond }: EpochMetric): void {
    const { terminal, json } = this.#cli;
    const numbers = { epoch, trainLoss, trainAccuracy, valLoss, valAccuracy, imagesPerSecond };
    if (json) terminal.json({ event: 'epoch', ...numbers });
    else {
      terminal.say(
        `epoch ${epoch} of ${this.#epochs}: loss ${trainLoss.toFixed(4)}, accuracy ${percent(trainAccuracy)}, ` +
          `validation ${percent(valAccuracy)}, ${Math.round(imagesPerSecond)} images/s`,
      );
    }
  }
}

function tellStart({ terminal, json }: Cli, run: Run): void {
  if (json) terminal.json({ event: 'started', run: run.id });
  else terminal.say(`${run.name} (${run.id}): ${run.model}, ${run.parameters} parameters`);
}

function tellEnd({ terminal, json }: Cli, run: Run): void {
  const { id, bestEpoch, bestValAccuracy, testAccuracy, seconds, weightHash } = run;
  const against = forecastAgainst(run);
  if (json) {
    const { forecast, memoryBytes } = run;
    terminal.json({
      ...{
        event: 'done',
        run: id,
        bestEpoch,
        bestValAccuracy,
        testAccuracy,
        seconds,
        memoryBytes,
        weightHash,
      },
      ...(against && { predictedSeconds: against.predicted, predictedMemoryBytes: forecast?.memoryBytes }),
    });
  } else {
    if (weightHash !== undefined) terminal.say(`weights ${weightHash}`);
    terminal.say(
      `${run.name} is done after ${duration(seconds ?? 0)}: best epoch ${bestEpoch}, ` +
        `validation accuracy ${percent(bestValAccuracy)}, test accuracy ${percent(testAccuracy)}`,
    );
    if (against === null) return;
    const { predicted, took, offBy } = against;
    terminal.say(`predicted ${duration(predicted)}, took ${duration(took)} (${signedPercent(offBy)})`);
    if (run.forecast === undefined || run.memoryBytes === undefined) return;
    terminal.say(`memory: predicted ${bytes(run.forecast.memoryBytes)}, held ${bytes(run.memoryBytes)}`);
  }
}
