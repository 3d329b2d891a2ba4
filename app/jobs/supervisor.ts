import {
  laneOf,
  type Task,
  type TaskHandle,
  type TaskKind,
  type TaskListener,
  type TaskRunner,
} from '../core/tasks.ts';
import type { EngineOfWorker } from './live-worker.ts';
import { DecoderPool } from './decoder-pool.ts';
import { Lane } from './lane.ts';
import type { SpawnWorker } from './worker-process.ts';

/** A cancelled task has this long to end by itself, ms; then its process is killed. */
const cancelGrace = 5000;

/**
 * Runs tasks in worker processes that may die without taking anything along: long work in one lane, and beside it what a
 * person waits for, so that looking at a picture never queues behind a training run. Pictures that an import brings are
 * decoded by a pool of further processes.
 */
export class Supervisor implements TaskRunner {
  readonly #heavy: Lane;
  readonly #interactive: Lane;
  readonly #decoders: DecoderPool;

  constructor(spawn: SpawnWorker, grace = cancelGrace) {
    this.#decoders = new DecoderPool(spawn);
    const options = { grace, decode: this.#decoders.decode };
    this.#heavy = new Lane(spawn, options);
    this.#interactive = new Lane(spawn, options);
  }

  run<K extends TaskKind>(task: Extract<Task, { kind: K }>, listener: TaskListener = {}): TaskHandle<K> {
    return this.#lane(task.kind).run(task, listener);
  }

  engine(): Promise<EngineOfWorker> {
    return this.#interactive.engine();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#heavy.dispose(), this.#interactive.dispose()]);
    await this.#decoders[Symbol.asyncDispose]();
  }

  #lane(kind: TaskKind): Lane {
    switch (laneOf(kind)) {
      case 'heavy':
        return this.#heavy;
      case 'interactive':
        return this.#interactive;
      case 'pool':
        throw new Error('decoding is done by the pool, for a task that asks for it');
    }
  }
}
