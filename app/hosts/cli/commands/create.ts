import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { sampleName, type SampleName } from '../../../contract/index.ts';
import { oneOf, withJson } from '../arguments.ts';
import { withServices } from '../cli.ts';
import { followJob } from '../follow-job.ts';
import type { Terminal } from '../terminal.ts';

export function createCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('create <project>')
    .description('make a new project in a new or empty folder')
    .addOption(oneOf('--sample <name>', 'fill it with a sample', sampleName.options));
  withJson(command).action((path: string, options: { sample?: SampleName; json?: boolean }) =>
    withServices(terminal, 'cli', options.json ?? false, async (cli) => {
      const folder = resolve(path);
      const input = {
        name: basename(folder),
        path: folder,
        ...(options.sample && { sample: options.sample }),
      };
      const { project, jobId } = await cli.client.projects.create(input);
      if (jobId !== null) await followJob(cli, () => Promise.resolve({ jobId }));
      if (cli.json) terminal.json({ project: project.path });
      else terminal.say(`Created ${project.path}`);
    }),
  );
}
