import { errorFromReport, TesseraError, type Sweep, type Trial } from '../../contract/index.ts';
import type { Cli } from './cli.ts';
import { percent } from './format.ts';
import { progressLine } from './progress-bar.ts';

/**
 * Starts a sweep and follows it until nothing more is done, telling of every trial that comes to an end; Ctrl-C pauses it at its next
 * checkpoint. Gives it as it is then.
 */
export async function followSweep(cli: Cli, projectId: string, start: () => Promise<Sweep>): Promise<Sweep> {
  const { client, signal, terminal } = cli;
  const listening = new AbortController();
  const events = await client.events(undefined, { signal: listening.signal });
  let sweep = await start();
  const pause = (): void => void client.sweeps.pause({ projectId, sweepId: sweep.id });
  if (signal.aborted) pause();
  signal.addEventListener('abort', pause);
  const report = new TrialReport(cli, sweep);
  try {
    while (isGoing(sweep)) {
      const { value: event, done } = await events.next();
      if (done)
        throw new TesseraError('unexpected', { reason: 'the stream of events ended before the sweep' });
      if (event.type === 'trouble' && event.projectId === projectId) throw errorFromReport(event.error);
      if (event.type === 'job' && event.job.kind === 'train') terminal.bar(progressLine(event.job));
      if (event.type !== 'sweep' || event.sweep.id !== sweep.id) continue;
      sweep = event.sweep;
      report.tell(sweep);
    }
    // The stream may be behind.
    sweep = await client.sweeps.get({ projectId, sweepId: sweep.id });
    report.tell(sweep);
    return sweep;
  } finally {
    terminal.endBar();
    signal.removeEventListener('abort', pause);
    listening.abort();
  }
}

/** One that is paused is waited for until its trial has come to its checkpoint. */
function isGoing({ status, trials }: Sweep): boolean {
  return status === 'running' || trials.some((trial) => trial.status === 'running');
}

/** Tells of every trial once for each rung that it came to the end of. */
class TrialReport {
  readonly #cli: Cli;
  readonly #told: Set<string>;

  constructor(cli: Cli, { trials }: Sweep) {
    this.#cli = cli;
    this.#told = new Set(trials.filter(hasCome).map(keyOf));
    const { terminal, json } = cli;
    if (json) terminal.json({ event: 'started', trials: trials.length });
  }

  tell({ trials }: Sweep): void {
    for (const trial of trials.filter(hasCome)) {
      if (this.#told.has(keyOf(trial))) continue;
      this.#told.add(keyOf(trial));
      this.#tellOne(trial);
    }
  }

  #tellOne(trial: Trial): void {
    const { terminal, json } = this.#cli;
    if (json) return terminal.json({ event: 'trial', ...trial });
    const { number, values, epoch, score, error } = trial;
    const settings = Object.entries(values).map(([name, value]) => `${name} ${value}`);
    const came = error ?? `validation ${percent(score?.valAccuracy ?? null)} after ${epoch} epochs`;
    terminal.say(`trial ${number} (${settings.join(', ')}): ${came}`);
  }
}

const hasCome = ({ epoch, until, status, score }: Trial): boolean =>
  (score !== null && epoch >= until && status !== 'running') || status === 'failed';
const keyOf = ({ number, until, status }: Trial): string =>
  `${number} ${status === 'failed' ? 'failed' : until}`;
