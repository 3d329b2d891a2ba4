import { resolve } from 'node:path';
import type { Command } from 'commander';
import { errorFromWire, type Run } from '../../../contract/index.ts';
import { withJson } from '../arguments.ts';
import { withServices, type Cli } from '../cli.ts';
import { followJob } from '../follow-job.ts';
import { percent } from '../format.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  work?: boolean;
  json?: boolean;
}

export function jobsCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('jobs <project>')
    .description('what trains and what waits to be trained in a project, in its order')
    .option('--work', 'train what waits, one run after the other; those that are paused go on waiting');
  withJson(command).action((path: string, { work, json }: Options) =>
    withServices(terminal, 'cli', json ?? false, async (cli) => {
      const { id: projectId } = await cli.client.projects.open({ path: resolve(path) });
      if (work) await workOff(cli, projectId);
      await tell(cli, projectId);
    }),
  );
}

/** One that fails does not keep the others from being trained; its error is thrown at the end. */
async function workOff(cli: Cli, projectId: string): Promise<void> {
  const { client, terminal } = cli;
  const tried = new Set<string>();
  let failure: Error | null = null;
  for (;;) {
    const next = (await client.jobs.waiting({ projectId })).find(
      ({ id, status }) => status === 'queued' && !tried.has(id),
    );
    if (next === undefined) break;
    tried.add(next.id);
    terminal.say(`${next.name}: training`);
    try {
      await followJob(cli, () => client.runs.start({ projectId, settings: next.settings, resume: next.id }));
    } catch (error) {
      failure = errorFromWire(error);
      if (errorFromWire(error).code === 'cancelled') break;
      terminal.say(`${next.name}: ${failure.message}`);
    }
  }
  if (failure !== null) throw failure;
}

async function tell({ client, terminal, json }: Cli, projectId: string): Promise<void> {
  // Another Tessera may be the one that trains.
  const running = (await client.runs.list({ projectId })).filter(({ status }) => status === 'running');
  const waiting = await client.jobs.waiting({ projectId });
  const jobs = [...running, ...waiting].map(toRow);
  if (json) terminal.json({ jobs });
  else if (jobs.length === 0) terminal.say('Nothing trains and nothing waits.');
  else {
    terminal.table([
      ['run', 'status', 'model', 'epochs', 'best validation accuracy'],
      ...jobs.map(({ name, status, model, epoch, epochs, bestValAccuracy }) => [
        name,
        status,
        model,
        `${epoch} of ${epochs}`,
        percent(bestValAccuracy),
      ]),
    ]);
  }
}

const toRow = ({ id, name, status, model, epoch, settings, bestValAccuracy }: Run) => ({
  run: id,
  name,
  status,
  model,
  epoch,
  epochs: settings.epochs,
  bestValAccuracy,
});
