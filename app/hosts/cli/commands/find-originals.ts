import { resolve } from 'node:path';
import type { Command } from 'commander';
import { TesseraError } from '../../../contract/index.ts';
import { withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import { followJob } from '../follow-job.ts';
import type { Terminal } from '../terminal.ts';

export function findOriginalsCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('find-originals <project> <folder>')
    .description('look below a folder for referenced pictures that are not where they were');
  withJson(command).action((path: string, folder: string, { json }: { json?: boolean }) =>
    withServices(terminal, 'cli', json ?? false, async (cli) => {
      const { id: projectId } = await cli.client.projects.open({ path: resolve(path) });
      const job = await followJob(cli, () =>
        cli.client.dataset.startFindOriginals({ projectId, folder: resolve(folder) }),
      );
      if (job.result?.kind !== 'findOriginals') throw new TesseraError('unexpected', { reason: 'no result' });
      const { found, missing } = job.result;
      if (cli.json) terminal.json({ found, missing });
      else terminal.say(`${found} found again, ${missing} still missing.`);
    }),
  );
}
