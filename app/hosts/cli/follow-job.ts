import { errorFromReport, TesseraError, type Job, type TesseraEvent } from '../../contract/index.ts';
import type { Cli } from './cli.ts';
import { progressLine } from './progress-bar.ts';

/**
 * Starts a job and follows it to its end, with a progress bar; Ctrl-C cancels it. `onEvent` hears everything that is
 * announced meanwhile. Gives the finished job; throws its error, or `cancelled`.
 */
export async function followJob(
  cli: Cli,
  start: () => Promise<{ jobId: string }>,
  onEvent: (event: TesseraEvent) => void = () => undefined,
): Promise<Job> {
  const { client, signal, terminal } = cli;
  const listening = new AbortController();
  const events = await client.events(undefined, { signal: listening.signal });
  const { jobId } = await start();
  const cancel = (): void => void client.jobs.cancel({ jobId });
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  try {
    let job = await client.jobs.get({ jobId });
    while (!hasEnded(job)) {
      const { value: event, done } = await events.next();
      if (done) throw new TesseraError('unexpected', { reason: 'the stream of events ended before the job' });
      onEvent(event);
      if (event.type !== 'job' || event.job.id !== jobId) continue;
      job = event.job;
      terminal.bar(progressLine(job));
    }
    if (job.status === 'cancelled') throw new TesseraError('cancelled');
    if (job.error !== null) throw errorFromReport(job.error);
    return job;
  } finally {
    terminal.endBar();
    signal.removeEventListener('abort', cancel);
    listening.abort();
  }
}

function hasEnded({ status }: Job): boolean {
  return status === 'done' || status === 'cancelled' || status === 'failed';
}
