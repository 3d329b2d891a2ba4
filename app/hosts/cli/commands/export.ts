import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exportFormat, TesseraError, type ExportFormat, type Split } from '../../../contract/index.ts';
import { oneOf, withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import { findRun } from '../find-run.ts';
import { followJob } from '../follow-job.ts';
import { bytes as showBytes, percent } from '../format.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  run?: string;
  format: ExportFormat;
  out?: string;
  json?: boolean;
}

const splitNames: Record<Split, string> = { train: 'training', val: 'validation', test: 'test' };

export function exportCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('export <project>')
    .description('write a run as a model for other programs, and check that it answers the same')
    .option('--run <run>', 'a run’s id or name; the latest finished one unless given')
    .addOption(oneOf('--format <format>', 'file format', exportFormat.options).default('onnx'))
    .option('--out <path>', 'where to, with labels.txt beside it; the project’s exports folder unless given');
  withJson(command).action((path: string, { run: named, format, out, json }: Options) =>
    withServices(terminal, 'cli', json ?? false, async (cli) => {
      const { id: projectId } = await cli.client.projects.open({ path: resolve(path) });
      const { id: runId } = await findRun(cli.client, projectId, named);
      const target = out === undefined ? {} : { out: resolve(out) };
      const job = await followJob(cli, () =>
        cli.client.exports.start({ projectId, runId, format, ...target }),
      );
      if (job.result?.kind !== 'export') throw new TesseraError('unexpected', { reason: 'no result' });
      const { path: written, bytes, parity, quantisation } = job.result;
      if (cli.json) terminal.json({ path: written, bytes, parity, ...(quantisation && { quantisation }) });
      else if (quantisation) {
        const { float, int8, images, split, agreeing } = quantisation;
        terminal.say(
          `${written} (${showBytes(bytes)}, float ${showBytes(float.bytes)}): accuracy ${percent(int8.accuracy)}, ` +
            `float ${percent(float.accuracy)}, on ${images} ${splitNames[split]} pictures, judged by ${parity.judge}; ` +
            `both name the same class for ${agreeing} of them`,
        );
      } else {
        terminal.say(
          `${written} (${showBytes(bytes)}): differs from Tessera by at most ${parity.maxAbsDiff.toExponential(1)} ` +
            `on ${parity.images} pictures, judged by ${parity.judge}`,
        );
      }
    }),
  );
}
