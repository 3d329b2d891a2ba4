import { resolve } from 'node:path';
import type { Command } from 'commander';
import { TesseraError } from '../../../contract/index.ts';
import { withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import { followJob } from '../follow-job.ts';
import { bytes as showBytes } from '../format.ts';
import type { Terminal } from '../terminal.ts';

export function exportDataCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('export-data <project>')
    .description('write the pictures as folders with manifest.csv; importing them gives the same project')
    .option('--out <path>', 'a new or empty folder; in the project’s exports folder unless given');
  withJson(command).action((path: string, { out, json }: { out?: string; json?: boolean }) =>
    withServices(terminal, 'cli', json ?? false, async (cli) => {
      const { id: projectId } = await cli.client.projects.open({ path: resolve(path) });
      const target = out === undefined ? {} : { out: resolve(out) };
      const job = await followJob(cli, () => cli.client.dataset.startExport({ projectId, ...target }));
      if (job.result?.kind !== 'exportData') throw new TesseraError('unexpected', { reason: 'no result' });
      const { path: written, images, bytes, skipped } = job.result;
      if (cli.json) terminal.json({ path: written, images, bytes, skipped });
      else {
        terminal.say(`${written}: ${images} pictures, ${showBytes(bytes)}`);
        for (const { path: name, reason } of skipped) terminal.say(`  ${name}: ${reason}`);
      }
    }),
  );
}
