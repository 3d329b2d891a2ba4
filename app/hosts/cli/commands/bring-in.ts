import { resolve } from 'node:path';
import type { Command } from 'commander';
import { TesseraError } from '../../../contract/index.ts';
import { withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import { followJob } from '../follow-job.ts';
import { bytes as showBytes } from '../format.ts';
import type { Terminal } from '../terminal.ts';

export function bringInCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('bring-in <project>')
    .description('copy into the project the pictures that it only refers to');
  withJson(command).action((path: string, { json }: { json?: boolean }) =>
    withServices(terminal, 'cli', json ?? false, async (cli) => {
      const { id: projectId } = await cli.client.projects.open({ path: resolve(path) });
      const job = await followJob(cli, () => cli.client.dataset.startBringIn({ projectId }));
      if (job.result?.kind !== 'bringIn') throw new TesseraError('unexpected', { reason: 'no result' });
      const { images, bytes, skipped } = job.result;
      if (cli.json) terminal.json({ images, bytes, skipped });
      else {
        terminal.say(`${images} pictures are in the project now, ${showBytes(bytes)} copied.`);
        for (const { path: file, reason } of skipped) terminal.say(`  ${file}: ${reason}`);
      }
    }),
  );
}
