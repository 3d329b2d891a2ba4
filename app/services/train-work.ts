import {
  isLostProcess,
  type JobResult,
  type Metric,
  type Run,
  type RunHappening,
  type RunNews,
  type TesseraError,
} from '../contract/index.ts';
import type { TaskResults } from '../core/tasks.ts';
import { DataOfRun } from './data-of-run.ts';
import type { Work } from './job-board.ts';
import type { TaskListener } from './ports.ts';
import { Throttle } from './throttle.ts';
import type { Tools } from './tools.ts';

/** New points reach the screens at most this often, ms. */
const metricsInterval = 100;

/**
 * The job that trains a run: each thing that the worker sends goes into the store, then to the screens. With `until` it halts after
 * so many epochs, and counts as stopped there.
 */
export function trainWork(
  { projects, hub }: Tools,
  projectId: string,
  run: Run,
  { resume, until }: { resume: boolean; until?: number },
): Work<'train'> {
  const store = projects.store(projectId);
  const runId = run.id;
  let waiting: Metric[] = [];
  const announce = new Throttle(metricsInterval, () => {
    hub.publish({ type: 'metrics', projectId, runId, points: waiting });
    waiting = [];
  });
  const happened = (happening: RunHappening): void => {
    const events = [store.addRunEvent(runId, happening, Date.now())];
    hub.publish({ type: 'runEvents', projectId, runId, events });
  };
  /** Where it has come to. */
  const happenedHere = (news: RunNews): void => happened({ ...news, ...store.whereRunStands(runId) });
  const dataOfRun = new DataOfRun(store, runId);
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
    onHappened(happening) {
      happened(happening);
      if (happening.kind === 'labelsTaken') update({ bestValAccuracy: happening.bestValAccuracy });
    },
    onData: (epoch) => dataOfRun.at(epoch),
    onCheckpoint: () => {
      if (!store.run(runId).hasCheckpoint) update({ hasCheckpoint: true });
    },
  };
  const task = {
    kind: 'train',
    projectPath: store.path,
    runId,
    resume,
    ...(until !== undefined && { until }),
  } as const;
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
    onPaused() {
      // One that only waits was not under way.
      if (store.run(runId).status === 'running') happenedHere({ kind: 'paused' });
      update({ status: 'paused' });
    },
    onDone({ isHalted, ...result }: TaskResults['train']): JobResult {
      announce.flush();
      update({ status: isHalted ? 'stopped' : 'done', endedAt: Date.now(), ...result });
      return { kind: 'train', runId };
    },
    onFailed(error: TesseraError): void {
      announce.flush();
      const status = endOf(error.code);
      if (store.run(runId).status === 'running') happenedHere(newsOf(status, error));
      update({ status, endedAt: Date.now(), error: status === 'cancelled' ? null : error.message });
    },
  };
}

/** `stopped`: the process went away, not the training; it can be taken up again. */
function endOf(code: string): Run['status'] {
  if (code === 'cancelled') return 'cancelled';
  return isLostProcess(code) ? 'stopped' : 'failed';
}

function newsOf(status: Run['status'], { code, message }: TesseraError): RunNews {
  if (status === 'cancelled') return { kind: 'stopped' };
  return { kind: status === 'stopped' ? 'interrupted' : 'failed', code, message };
}

/** What the row says after the last finished epoch among `points`; null where none has finished. */
function runSoFar(run: Run, points: readonly Metric[]): Partial<Run> | null {
  const epochs = points.filter((point) => point.kind === 'epoch');
  const last = epochs.at(-1);
  if (last === undefined) return null;
  const memory = points.map((point) => point.memory ?? 0);
  const memoryBytes = Math.max(run.memoryBytes ?? 0, ...memory);
  const change: Partial<Run> = {
    ...(memoryBytes > 0 && { memoryBytes }),
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
