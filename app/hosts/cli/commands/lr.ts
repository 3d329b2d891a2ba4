import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { optimizer, TesseraError, type Optimizer } from '../../../contract/index.ts';
import { oneOf, wholeNumber, withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import { followJob } from '../follow-job.ts';
import type { Terminal } from '../terminal.ts';
import { trainSettingsFrom, type TrainOptions } from '../train-settings.ts';

type Options = Omit<TrainOptions, 'pretrained'> & { pretrained?: true; optimizer: Optimizer; json?: boolean };

export function lrCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('lr <project>')
    .description('look for a learning rate: some steps while it rises')
    .option('--model <name>', 'an architecture, a network of the project, or a graph.json', 'small-cnn')
    .addOption(
      new Option('--pretrained', 'of all weights, from ImageNet (EfficientNet-Lite0)').conflicts('model'),
    )
    .option('--batch-size <n>', 'pictures a step', wholeNumber(1, 1024))
    .option('--image-size <n>', 'height and width of the network’s pictures', wholeNumber(8, 512))
    .addOption(oneOf('--optimizer <name>', 'how weights are updated', optimizer.options).default('adam'))
    .option('--seed <n>', 'decides first weights and order', wholeNumber(0, 0xffff_ffff))
    .option('--threads <n>', '0: as many as the machine has cores', wholeNumber(0, 256));
  withJson(command).action((path: string, { pretrained, ...options }: Options) =>
    withServices(terminal, 'cli', options.json ?? false, async (cli) => {
      const { client } = cli;
      const { id: projectId } = await client.projects.open({ path: resolve(path) });
      const start = pretrained === true ? ({ pretrained: 'all' } as const) : {};
      const settings = await trainSettingsFrom(client, projectId, { ...options, ...start });
      const { result } = await followJob(cli, () => client.runs.startRateSearch({ projectId, settings }));
      if (result?.kind !== 'findRate') throw new TesseraError('unexpected', { reason: 'nothing was found' });
      const { points, suggested } = result;
      if (cli.json) {
        terminal.json({ points, suggested });
        return;
      }
      // Thirteen lines show a curve as well as a hundred.
      const shown = points.filter((_, at) => at % Math.ceil(points.length / 13) === 0);
      terminal.table([
        ['learning rate', 'loss'],
        ...shown.map(({ rate, smoothed }) => [rate.toExponential(1), smoothed.toFixed(4)]),
      ]);
      terminal.say(
        suggested === null
          ? 'The loss never fell: try another optimizer or a larger batch'
          : `Suggested: --lr ${Number(suggested.toPrecision(2))}`,
      );
    }),
  );
}
