import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  importLayout,
  split,
  TesseraError,
  type ImportLayout,
  type ImportResult,
  type Split,
} from '../../../contract/index.ts';
import { oneOf, withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import { followJob } from '../follow-job.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  layout: ImportLayout;
  split?: Split;
  label?: string;
  fileColumn?: string;
  labelColumn?: string;
  splitColumn?: string;
  reference?: boolean;
  json?: boolean;
}

/** Problems that are spelled out for people; `--json` has all of them. */
const shownProblems = 10;

export function importCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('import <project> <path...>')
    .description('add pictures: folders, zip, CSV, IDX or CIFAR files')
    .addOption(oneOf('--layout <layout>', 'how they are laid out', importLayout.options).default('auto'))
    .addOption(oneOf('--split <split>', 'put all of them into this split', split.options))
    .option('--reference', 'leave the originals where they are; the project only refers to them')
    .option('--label <class>', 'give all of them this label')
    .option('--file-column <name>', 'the column of a list that names the files')
    .option('--label-column <name>', 'the column that holds the labels')
    .option('--split-column <name>', 'the column that holds train, val or test');
  withJson(command).action((path: string, paths: string[], options: Options) =>
    withServices(terminal, 'cli', options.json ?? false, async (cli) => {
      const project = await cli.client.projects.open({ path: resolve(path) });
      const job = await followJob(cli, () =>
        cli.client.dataset.startImport({
          projectId: project.id,
          source: { paths: paths.map((each) => resolve(each)) },
          layout: options.layout,
          ...columnsOf(options),
          ...(options.label !== undefined && { className: options.label }),
          ...(options.split && { split: options.split }),
          ...(options.reference && { inPlace: true }),
        }),
      );
      if (job.result?.kind !== 'import') throw new TesseraError('unexpected', { reason: 'no result' });
      const { added, duplicates, skipped, classes } = job.result;
      if (cli.json) terminal.json({ added, duplicates, skipped, classes });
      else tell(terminal, { added, duplicates, skipped, classes });
    }),
  );
}

/** Only what was said: the rest is understood, as on the screen. */
function columnsOf({ fileColumn, labelColumn, splitColumn }: Options) {
  const columns = {
    ...(fileColumn !== undefined && { file: fileColumn }),
    ...(labelColumn !== undefined && { label: labelColumn }),
    ...(splitColumn !== undefined && { split: splitColumn }),
  };
  return Object.keys(columns).length > 0 && { columns };
}

function tell(terminal: Terminal, { added, duplicates, skipped, classes }: ImportResult): void {
  terminal.say(`${added} pictures added, ${duplicates} duplicates joined, ${skipped.length} files skipped.`);
  if (classes.length > 0) terminal.say(`Classes: ${classes.join(', ')}`);
  for (const { path, reason } of skipped.slice(0, shownProblems)) terminal.say(`  ${path}: ${reason}`);
  if (skipped.length > shownProblems) terminal.say(`  … and ${skipped.length - shownProblems} more`);
}
