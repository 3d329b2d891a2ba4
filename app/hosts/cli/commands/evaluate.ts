import { resolve } from 'node:path';
import type { Command } from 'commander';
import { split as splits, TesseraError, type Evaluation, type Split } from '../../../contract/index.ts';
import { oneOf, withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import { findRun } from '../find-run.ts';
import { followJob } from '../follow-job.ts';
import { percent } from '../format.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  run?: string;
  split: Split;
  final?: boolean;
  json?: boolean;
}

export function evaluateCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('evaluate <project>')
    .description('how a run does on a split')
    .option('--run <run>', 'a run’s id or name; the latest finished one unless given')
    .addOption(oneOf('--split <split>', 'which pictures', splits.options).default('test'))
    .option('--final', 'use the test set although it is locked');
  withJson(command).action((path: string, { run: named, split, final, json }: Options) =>
    withServices(terminal, 'cli', json ?? false, async (cli) => {
      const { id: projectId } = await cli.client.projects.open({ path: resolve(path) });
      const { id: runId, name } = await findRun(cli.client, projectId, named);
      await followJob(cli, () =>
        cli.client.evaluation.start({ projectId, runId, split, isFinal: final ?? false }),
      );
      const found = await cli.client.evaluation.get({ projectId, runId, split });
      if (found === null) throw new TesseraError('unexpected', { reason: 'the evaluation was not kept' });
      const { accuracy, macroF1, perClass, confusion, classes } = found;
      if (cli.json) terminal.json({ accuracy, macroF1, perClass, confusion, classes });
      else tell(terminal, name, found);
    }),
  );
}

function tell(
  terminal: Terminal,
  name: string,
  { split, images, accuracy, macroF1, perClass }: Evaluation,
): void {
  terminal.say(
    `${name} on ${images} pictures of ${split}: accuracy ${percent(accuracy)}, macro F1 ${percent(macroF1)}`,
  );
  terminal.table([
    ['class', 'precision', 'recall', 'F1', 'pictures'],
    ...perClass.map((each) => [
      each.name,
      percent(each.precision),
      percent(each.recall),
      percent(each.f1),
      each.support,
    ]),
  ]);
}
