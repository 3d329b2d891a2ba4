import { resolve } from 'node:path';
import { defaultTrainSettings, TesseraError, type FitChoice } from '../../../contract/index.ts';
import { withServices } from '../cli.ts';
import { followJob } from '../follow-job.ts';
import { bytes } from '../format.ts';
import { duration } from '../progress-bar.ts';
import type { Terminal } from '../terminal.ts';

export interface PlanOptions {
  threads: number;
  epochs: number;
  batchSize: number;
  json: boolean;
}

/** What every architecture would take with the pictures of a project, on this computer, and what is best for a time. */
export function tellPlan(terminal: Terminal, path: string, options: PlanOptions): Promise<void> {
  return withServices(terminal, 'cli', options.json, async (cli) => {
    const { client } = cli;
    const { id: projectId } = await client.projects.open({ path: resolve(path) });
    const { threads, epochs, batchSize } = options;
    const settings = { ...defaultTrainSettings, threads, epochs, batchSize };
    const ask = () => client.models.fits({ projectId, settings });
    let fits = await ask();
    if (fits === null) {
      await followJob(cli, () => client.models.startBenchmark({ projectId, threads }));
      fits = await ask();
    }
    if (fits === null) throw new TesseraError('unexpected', { reason: 'the benchmark was not kept' });
    if (cli.json) return terminal.json({ rows: fits.rows, best: fits.best });
    terminal.table([
      ['model', 'pictures', 'an epoch', `${epochs} epochs`, 'memory', 'disk'],
      ...fits.rows.map((row) => [
        row.pretrained === 'head' ? `${row.model}, new head` : row.model,
        row.imageSize,
        duration(row.secondsPerEpoch),
        duration(row.seconds),
        bytes(row.memoryBytes),
        bytes(row.diskBytes),
      ]),
    ]);
    const say = (time: string, choice: FitChoice | null): void =>
      terminal.say(
        choice === null
          ? `${time}: nothing fits`
          : `${time}: ${choice.model} at ${choice.imageSize} pixels, ` +
              (choice.pretrained === 'head' ? 'a new head' : `${choice.epochs} epochs`),
      );
    say('ten minutes', fits.best.tenMinutes);
    say('an hour', fits.best.hour);
    say('a night', fits.best.night);
  });
}
