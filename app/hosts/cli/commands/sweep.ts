import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import {
  sweepMethod,
  sweepRanking,
  TesseraError,
  type Optimizer,
  type Sweep,
  type Trial,
} from '../../../contract/index.ts';
import { oneOf, positiveNumber, wholeNumber, withJson } from '../arguments.ts';
import { withServices, type Cli } from '../cli.ts';
import { followSweep } from '../follow-sweep.ts';
import { bytes, percent } from '../format.ts';
import { duration } from '../progress-bar.ts';
import { axisOf, sweepSpecFrom, type SweepOptions } from '../sweep-options.ts';
import { addTrainOptions, trainSettingsFrom, type TrainOptions } from '../train-settings.ts';
import { addTrainingOptions, trainingSettingsOf, type TrainingOptions } from '../training-options.ts';
import type { Terminal } from '../terminal.ts';

type Options = TrainOptions &
  TrainingOptions &
  SweepOptions & {
    optimizer: Optimizer;
    resume?: string | true;
    table?: string | true;
    forecast?: true;
    json?: boolean;
  };

export function sweepCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('sweep <project> [file]')
    .description('train with several settings and rank them; a JSON file or options say which')
    .addOption(
      new Option(
        '--try <setting>',
        'what is tried out: optimizer=adam,sgd or learningRate=0.0001..0.1:log; once for each setting',
      ).argParser(axisOf),
    )
    .addOption(
      oneOf(
        '--method <kind>',
        'every combination, some of them, or many for a short time and the best for longer (random)',
        sweepMethod.options.map(({ shape }) => shape.kind.value),
      ),
    )
    .option('--count <n>', 'how many trials are drawn', wholeNumber(1, 1000), 8)
    .option('--draw-seed <n>', 'decides which', wholeNumber(0, 0xffff_ffff), 1)
    .option(
      '--eta <n>',
      'of halving: one in so many goes on, to so many times the epochs',
      wholeNumber(2, 10),
      3,
    )
    .option('--least-epochs <n>', 'of halving: what every trial gets', wholeNumber(1, 10_000), 1)
    .option('--minutes <x>', 'no trial begins once so long was trained', positiveNumber(100_000))
    .addOption(oneOf('--rank-by <what>', 'what the best one is the best by', sweepRanking.options))
    .option('--model <name>', 'an architecture, a network of the project, or a graph.json', 'small-cnn');
  addTrainOptions(command)
    .addOption(
      new Option('--resume [sweep]', 'go on with a sweep, the newest one unless another is named').conflicts([
        'try',
        'method',
      ]),
    )
    .option('--table [sweep]', 'only show the trials of a sweep')
    .option('--forecast', 'only say what it would come to');
  addTrainingOptions(command);
  withJson(command).action((path: string, file: string | undefined, options: Options) =>
    withServices(terminal, 'cli', options.json ?? false, async (cli) => {
      const { id: projectId } = await cli.client.projects.open({ path: resolve(path) });
      await work(cli, projectId, file, options);
    }),
  );
}

async function work(cli: Cli, projectId: string, file: string | undefined, options: Options): Promise<void> {
  const { client, terminal } = cli;
  if (options.table !== undefined) return tellTable(cli, await findSweep(cli, projectId, options.table));
  if (options.resume !== undefined) {
    const { id, name } = await findSweep(cli, projectId, options.resume);
    const { minutes } = options;
    terminal.say(`${name} goes on.`);
    const limit = minutes !== undefined && { minutes };
    return follow(cli, projectId, () => client.sweeps.resume({ projectId, sweepId: id, ...limit }));
  }
  const settings = {
    ...(await trainSettingsFrom(client, projectId, options)),
    ...(await trainingSettingsOf(client, projectId, options)),
  };
  const spec = await sweepSpecFrom(settings, options, file);
  const forecast = await client.sweeps.forecast({ projectId, spec });
  const { trials, epochs, seconds, diskBytes } = forecast;
  terminal.say(
    `${trials} trials, ${epochs} epochs together` +
      (seconds === null ? '' : `, about ${duration(seconds)}`) +
      (diskBytes === null ? '' : `, ${bytes(diskBytes)} of checkpoints`),
  );
  if (!options.forecast) return follow(cli, projectId, () => client.sweeps.start({ projectId, spec }));
  if (cli.json) terminal.json(forecast);
}

async function follow(cli: Cli, projectId: string, start: () => Promise<Sweep>): Promise<void> {
  const sweep = await followSweep(cli, projectId, start);
  tellTable(cli, sweep);
  if (sweep.status === 'timeUsed') {
    cli.terminal.say(
      `The minutes are used; what is left was not begun. Go on with --resume ${sweep.name} --minutes`,
    );
  }
  if (sweep.status === 'done' || sweep.status === 'timeUsed') return;
  cli.terminal.say(`What was trained is kept. Go on with --resume ${sweep.name}`);
  throw new TesseraError('cancelled');
}

async function findSweep({ client }: Cli, projectId: string, named: string | true): Promise<Sweep> {
  const sweeps = await client.sweeps.list({ projectId });
  const found = sweeps.find(({ id, name }) => named === true || id === named || name === named);
  if (found === undefined) throw new TesseraError('sweepNotFound', { sweep: named === true ? 'yet' : named });
  return found;
}

/** The best one first; those without a score at the end. */
function tellTable({ terminal, json }: Cli, sweep: Sweep): void {
  const trials = sweep.trials.toSorted(
    (a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || a.number - b.number,
  );
  if (json) {
    const { id, name, status, seconds } = sweep;
    terminal.json({ event: 'table', sweep: id, name, status, seconds, trials });
    return;
  }
  const settings = Object.keys(sweep.spec.space) as (keyof Trial['values'])[];
  terminal.table([
    ['place', 'trial', ...settings, 'epochs', 'accuracy', 'loss', 'status'],
    ...trials.map(({ rank, number, values, epoch, score, status }) => [
      rank ?? '–',
      number,
      ...settings.map((setting) => values[setting] ?? ''),
      epoch,
      percent(score?.valAccuracy ?? null),
      score === null ? '–' : score.valLoss.toFixed(4),
      status,
    ]),
  ]);
}
