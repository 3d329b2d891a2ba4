import { reportError, errorFromReport, TesseraError } from '../contract/index.ts';
import {
  isTrial,
  type Task,
  type TaskHandle,
  type TaskKind,
  type TaskListener,
  type TaskResults,
} from '../core/tasks.ts';
import { LiveWorker, type EngineOfWorker, type WorkerOptions } from './live-worker.ts';
import type { RunningTask } from './running-task.ts';
import type { SpawnWorker } from './worker-process.ts';

/** A task that waits or runs. */
interface Entry extends PromiseWithResolvers<TaskResults[TaskKind]> {
  task: Task;
  listener: TaskListener;
  isCancelled: boolean;
  isPausing: boolean;
  running: RunningTask | null;
}

/**
 * Tasks one after the other in one worker process. The process is started when it is first needed, stays warm between
 * tasks, and is replaced after it has died or has tried out what a training takes.
 */
export class Lane {
  readonly #spawn: SpawnWorker;
  readonly #options: WorkerOptions;
  readonly #waiting: Entry[] = [];
  #current: Entry | null = null;
  #worker: LiveWorker | null = null;
  #lastId = 0;
  #isDisposed = false;

  constructor(spawn: SpawnWorker, options: WorkerOptions) {
    this.#spawn = spawn;
    this.#options = options;
  }

  run<K extends TaskKind>(task: Extract<Task, { kind: K }>, listener: TaskListener): TaskHandle<K> {
    const entry: Entry = {
      ...Promise.withResolvers<TaskResults[TaskKind]>(),
      task,
      listener,
      isCancelled: false,
      isPausing: false,
      running: null,
    };
    this.#waiting.push(entry);
    if (this.#isDisposed) this.#cancel(entry);
    void this.#work();
    return {
      // A worker answers a task with the result of its kind; only the message between them does not say so.
      result: entry.promise as Promise<TaskResults[K]>,
      cancel: () => this.#cancel(entry),
      pause: () => {
        entry.isPausing = true;
        entry.running?.pause();
      },
    };
  }

  /** What the engine is, from a worker that is started for it if need be. */
  engine(): Promise<EngineOfWorker> {
    return this.#up().engine;
  }

  /** Cancels everything, then ends the process. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const entries = [...this.#waiting, ...(this.#current === null ? [] : [this.#current])];
    for (const entry of entries) this.#cancel(entry);
    await Promise.allSettled(entries.map(({ promise }) => promise));
    this.#worker?.kill();
    await this.#worker?.gone;
  }

  async #work(): Promise<void> {
    if (this.#current !== null) return;
    for (let entry = this.#waiting.shift(); entry !== undefined; entry = this.#waiting.shift()) {
      this.#current = entry;
      await this.#do(entry).then(entry.resolve, entry.reject);
    }
    this.#current = null;
  }

  async #do(entry: Entry): Promise<TaskResults[TaskKind]> {
    const worker = this.#up();
    await worker.engine;
    if (entry.isCancelled) throw new TesseraError('cancelled');
    if (entry.isPausing) throw new TesseraError('paused');
    entry.running = worker.run(++this.#lastId, entry.task, entry.listener);
    try {
      entry.listener.onStart?.();
    } catch (thrown) {
      entry.running.stop(errorFromReport(reportError(thrown)));
    }
    try {
      return await entry.running.result;
    } finally {
      if (isTrial(entry.task.kind)) {
        worker.kill();
        await worker.gone;
      }
    }
  }

  #cancel(entry: Entry): void {
    entry.isCancelled = true;
    entry.running?.stop(new TesseraError('cancelled'));
    const place = this.#waiting.indexOf(entry);
    if (place === -1) return;
    this.#waiting.splice(place, 1);
    entry.reject(new TesseraError('cancelled'));
  }

  /** The worker of now; one that could not come up is ended and replaced too. */
  #up(): LiveWorker {
    if (this.#worker?.isAlive !== true) {
      const worker = new LiveWorker(this.#spawn(), this.#options);
      worker.engine.catch(() => worker.kill());
      this.#worker = worker;
    }
    return this.#worker;
  }
}
