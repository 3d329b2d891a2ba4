import type { TesseraError } from '../contract/index.ts';
import { isLostProcess, type Metric, type Run, type TrialScore } from '../contract/index.ts';
import { betterScore } from '../core/sweep/ranking.ts';
import type { TrialRecord } from '../core/sweep/record.ts';
import type { Work } from './job-board.ts';
import type { ProjectStore } from './ports.ts';
import type { Tools } from './tools.ts';
import { trainWork } from './train-work.ts';

/** What a sweep hears of a trial's job. */
export interface TrialEvents {
  /** What is kept of the trial has changed. */
  onChange(): void;
  /** A person let it go on, or wants it once more. */
  onQueued(): void;
  onPaused(): void;
  /** It is as far as it was to go. */
  onEnd(): void;
  /** Whether it is out of the sweep, is noted by who hears of it. */
  onFailed(error: TesseraError): void;
}

/**
 * The training of a trial's run up to its rung. What the sweep goes by is written with every epoch. Not kept in the project's line:
 * the sweep puts it there again.
 */
export function trialWork(
  tools: Tools,
  store: ProjectStore,
  sweepId: string,
  trial: TrialRecord,
  run: Run,
  events: TrialEvents,
): Work<'train'> {
  const { number, until } = trial;
  const work = trainWork(tools, store.id, run, { resume: true, until });
  const { rankBy } = store.sweep(sweepId).spec;
  let since: number | null = null;
  let { score, seconds } = trial;

  const countTime = (): void => {
    if (since === null) return;
    const now = performance.now();
    seconds += (now - since) / 1000;
    since = now;
  };
  const keep = (change: { epoch?: number; over?: 'done' }): void => {
    countTime();
    store.updateTrial(sweepId, number, { score, seconds, ...change });
    events.onChange();
  };
  /** Nothing trains it now; one that goes on does so from the last. */
  const thinOut = (): void => store.removeCheckpointFiles(run.id, 'spare');
  return {
    ...work,
    isKept: false,
    listener: {
      ...work.listener,
      onStart() {
        work.listener?.onStart?.();
        since = performance.now();
        events.onChange();
      },
      onMetrics(points) {
        work.listener?.onMetrics?.(points);
        const epochs = points.filter((point) => point.kind === 'epoch');
        const last = epochs.at(-1);
        if (last === undefined) return;
        for (const point of epochs) score = better(score, point, rankBy);
        keep({ epoch: last.epoch });
      },
    },
    onQueued() {
      work.onQueued?.();
      events.onQueued();
    },
    onPaused() {
      work.onPaused?.();
      keep({});
      since = null;
      events.onPaused();
    },
    async onDone(result) {
      const done = await work.onDone(result);
      thinOut();
      keep(result.isHalted ? {} : { over: 'done' });
      since = null;
      events.onEnd();
      return done;
    },
    onFailed(error) {
      work.onFailed?.(error);
      thinOut();
      keep({});
      since = null;
      events.onFailed(error);
    },
  };
}

/** Whether the same again may end otherwise. */
export const isWorthAnotherTry = ({ code }: TesseraError): boolean => isLostProcess(code);

function better(
  score: TrialScore | null,
  { epoch, valAccuracy, valLoss }: Extract<Metric, { kind: 'epoch' }>,
  by: Parameters<typeof betterScore>[2],
): TrialScore | null {
  return valAccuracy === null || valLoss === null
    ? score
    : betterScore(score, { epoch, valAccuracy, valLoss }, by);
}
