import { TesseraError } from '../../app/contract/index.ts';
import type { Task, TaskKind, TaskResults } from '../../app/core/tasks.ts';
import type { TaskHandle, TaskListener, TaskRunner } from '../../app/services/ports.ts';

/** What a script may do while its task runs. */
export interface Running<K extends TaskKind> {
  task: Extract<Task, { kind: K }>;
  listener: TaskListener;
  signal: AbortSignal;
  /** Aborts when the task is asked to pause. */
  pausing: AbortSignal;
}

/** Kept by kind, so what is taken out under a kind is what was put in under it. */
type Script<K extends TaskKind> = (running: Running<K>) => Promise<TaskResults[K]> | TaskResults[K];

/** A `TaskRunner` without a worker process: tests say what each kind of task does. */
export class ScriptedRunner implements TaskRunner {
  readonly tasks: Task[] = [];
  readonly #scripts = new Map<TaskKind, Script<TaskKind>>();
  readonly #running = new Set<(reason: TesseraError) => void>();

  on<K extends TaskKind>(kind: K, script: Script<K>): this {
    this.#scripts.set(kind, script as unknown as Script<TaskKind>);
    return this;
  }

  run<K extends TaskKind>(task: Extract<Task, { kind: K }>, listener: TaskListener = {}): TaskHandle<K> {
    this.tasks.push(task);
    const script = this.#scripts.get(task.kind) as unknown as Script<K> | undefined;
    if (script === undefined) throw new Error(`no script for ${task.kind}`);
    const abort = new AbortController();
    const pause = new AbortController();
    const { promise, reject, resolve } = Promise.withResolvers<TaskResults[K]>();
    const stop = (reason: TesseraError): void => {
      abort.abort(reason);
      reject(reason);
    };
    this.#running.add(stop);
    void Promise.resolve()
      .then(() => {
        listener.onStart?.();
        return script({ task, listener, signal: abort.signal, pausing: pause.signal });
      })
      .then(resolve, reject)
      .finally(() => this.#running.delete(stop));
    return {
      result: promise,
      cancel: () => stop(new TesseraError('cancelled')),
      pause: () => pause.abort(new TesseraError('paused')),
    };
  }

  engine(): Promise<{ isa: string; threads: number; build: string }> {
    return Promise.resolve({ isa: 'ref', threads: 2, build: '1' });
  }

  /** As when the worker process dies. */
  die(): void {
    for (const stop of this.#running) stop(new TesseraError('workerStopped', { reason: 'SIGKILL' }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.die();
    return Promise.resolve();
  }
}

/** A task that goes on until it is cancelled or its worker dies. */
export const forever = (): Promise<never> => new Promise(() => undefined);
