import { isLostProcess, type JobResult, type Metric, type Run } from '../contract/index.ts';
import type { TaskResults } from '../core/tasks.ts';
import type { Work } from './job-board.ts';
import type { TaskListener } from './ports.ts';
import { Throttle } from './throttle.ts';
import type { Tools } from './tools.ts';

/** New points reach the screens at most this often, ms. */
const metricsInterval = 100;

/** The job that trains a run: each thing that the worker sends goes into the store, then to the screens. */
export function trainWork(
  { projects, hub }: Tools,
  projectId: string,
  run: Run,
  { resume }: { resume: boolean },
): Work<'train'> {
  const store = projects.store(projectId);
  const runId = run.id;
  let waiting: Metric[] = [];
  const announce = new Throttle(metricsInterval, () => {
    hub.publish({ type: 'metrics', projectId, runId, points: waiting });
    waiting = [];
  });
  const update = (change: Partial<Run>): void => {
    hub.publish({ type: 'run', projectId, run: store.updateRun(runId, change) });
  };

  const listener: TaskListener = {
    onStart: () => update({ status: 'running', endedAt: null, error: null }),
    onMetrics(points) {
      store.addMetrics(runId, points);
      waiting.push(...points);
      announce.ask();
      const change = runSoFar(store.run(runId), points);
      if (change) update(change);
    },
    onCheckpoint: () => {
      if (!store.run(runId).hasCheckpoint) update({ hasCheckpoint: true });
    },
  };
  const task = { kind: 'train', projectPath: store.path, runId, resume } as const;
  return {
    kind: 'train',
    projectId,
    runId,
    title: run.name,
    task,
    // One that never finished an epoch begins anew.
    again: { ...task, resume: true },
    // A new head is trained in one go of a few seconds.
    canPause: run.settings.pretrained !== 'head',
    isKept: true,
    listener,
    onQueued: () => update({ status: 'queued', endedAt: null, error: null }),
    onPaused: () => update({ status: 'paused' }),
    onDone(result: TaskResults['train']): JobResult {
      announce.flush();
      update({ status: 'done', endedAt: Date.now(), ...result });
      return { kind: 'train', runId };
    },
    onFailed(error: { code: string; message: string }): void {
      announce.flush();
      const status = endOf(error.code);
      update({ status, endedAt: Date.now(), error: status === 'cancelled' ? null : error.message });
    },
  };
}

/** `stopped`: the process went away, not the training; it can be taken up again. */
function endOf(code: string): Run['status'] {
  if (code === 'cancelled') return 'cancelled';
  return isLostProcess(code) ? 'stopped' : 'failed';
}

/** What the row says after the last finished epoch among `points`; null where none has finished. */
function runSoFar(run: Run, points: readonly Metric[]): Partial<Run> | null {
  const epochs = points.filter((point) => point.kind === 'epoch');
  const last = epochs.at(-1);
  if (last === undefined) return null;
  const change: Partial<Run> = {
    epoch: last.epoch,
    imagesPerSecond: last.imagesPerSecond,
    seconds: last.time,
  };
  let best = run.bestValAccuracy;
  for (const { epoch, valAccuracy } of epochs) {
    if (valAccuracy === null || (best !== null && valAccuracy <= best)) continue;
    best = valAccuracy;
    change.bestEpoch = epoch;
    change.bestValAccuracy = valAccuracy;
  }
  return change;
}
