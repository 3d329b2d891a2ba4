import { errorFromReport, TesseraError } from '../contract/index.ts';
import type { Task, TaskListener } from '../core/tasks.ts';
import type { Decode } from './decoder-pool.ts';
import type { Upward } from './protocol.ts';
import { RunningTask } from './running-task.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface EngineOfWorker {
  isa: string;
  threads: number;
  /** Another one for every build of the engine. */
  build: string;
}

export interface WorkerOptions {
  /** How long a cancelled task has to end by itself, ms. */
  grace: number;
  /** Does what its tasks want to have decoded. */
  decode: Decode;
}

/** A worker process from its start to its end; at most one task at a time. */
export class LiveWorker {
  /** Resolves when it is up. Rejects with `engineUnavailable`, or `workerStopped` when it ended before. */
  readonly engine: Promise<EngineOfWorker>;
  /** Resolves when the process has ended. */
  readonly gone: Promise<void>;
  readonly #process: WorkerProcess;
  readonly #options: WorkerOptions;
  #task: RunningTask | null = null;
  #alive = true;

  constructor(process: WorkerProcess, options: WorkerOptions) {
    this.#process = process;
    this.#options = options;
    const engine = Promise.withResolvers<EngineOfWorker>();
    this.engine = engine.promise;
    // Whoever needs it awaits it; a worker that goes away while nobody does is no unhandled rejection.
    this.engine.catch(() => undefined);
    process.onMessage((message) => {
      if (message.type === 'ready') {
        const { isa, threads, build } = message;
        engine.resolve({ isa, threads, build });
      } else if (message.type === 'unable') engine.reject(errorFromReport(message.error));
      else this.#forward(message);
    });
    this.gone = new Promise((resolve) => {
      process.onExit((reason) => {
        this.#alive = false;
        // Nobody here ends a task's process so without saying why before.
        const error = new TesseraError(reason === 'signal SIGKILL' ? 'workerKilled' : 'workerStopped', {
          reason,
        });
        engine.reject(error);
        this.#task?.lost(error);
        resolve();
      });
    });
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  run(id: number, task: Task, listener: TaskListener): RunningTask {
    this.#task = new RunningTask(id, listener, this.#process, this.#options);
    this.#process.send({ type: 'start', taskId: id, task });
    return this.#task;
  }

  kill(): void {
    this.#process.kill();
  }

  #forward(message: Exclude<Upward, { type: 'ready' | 'unable' }>): void {
    if (message.taskId === this.#task?.id) this.#task.receive(message);
  }
}
