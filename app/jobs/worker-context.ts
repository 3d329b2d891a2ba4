import { errorFromReport, TesseraError, type ErrorReport } from '../contract/index.ts';
import type { DecodedFile } from '../core/tasks.ts';
import type { DataOfEpoch } from '../core/training/data-in-force.ts';
import type { Upward } from './protocol.ts';
import type { TaskContext } from './tasks/context.ts';

/** Chunks of pictures that may wait for their commit; more would only pile up in the supervisor. */
const greatestUnacknowledged = 4;

/** A running task's line to the supervisor: turns its reports into messages, and messages into its signal. */
export class WorkerContext implements TaskContext {
  readonly #taskId: number;
  readonly #send: (message: Upward) => void;
  readonly #abort = new AbortController();
  readonly #pausing = new AbortController();
  #nextChunk = 0;
  #acknowledged = 0;
  #wake: (() => void) | null = null;
  #nextBatch = 0;
  readonly #decoding = new Map<number, PromiseWithResolvers<DecodedFile[]>>();
  #asked: PromiseWithResolvers<DataOfEpoch> | null = null;

  constructor(taskId: number, send: (message: Upward) => void) {
    this.#taskId = taskId;
    this.#send = send;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get pausing(): AbortSignal {
    return this.#pausing.signal;
  }

  pause(): void {
    this.#pausing.abort(new TesseraError('paused'));
  }

  cancel(): void {
    this.#abort.abort(new TesseraError('cancelled'));
    this.#wake?.();
  }

  acknowledge(): void {
    this.#acknowledged++;
    this.#wake?.();
  }

  answerDecoded(batch: number, results: DecodedFile[] | ErrorReport): void {
    const asked = this.#decoding.get(batch);
    this.#decoding.delete(batch);
    if (Array.isArray(results)) asked?.resolve(results);
    else asked?.reject(errorFromReport(results));
  }

  answerData(found: DataOfEpoch | ErrorReport): void {
    if ('data' in found) this.#asked?.resolve(found);
    else this.#asked?.reject(errorFromReport(found));
    this.#asked = null;
  }

  readonly progress: TaskContext['progress'] = (done, total, detail) => {
    this.#send({ type: 'progress', taskId: this.#taskId, done, total, detail });
  };

  readonly images: TaskContext['images'] = async (images, skipped) => {
    while (!this.signal.aborted && this.#nextChunk - this.#acknowledged >= greatestUnacknowledged) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    // After a cancellation too: the files of a chunk are on the disk already, and go when the import is taken back.
    this.#send({ type: 'images', taskId: this.#taskId, chunk: this.#nextChunk++, images, skipped });
    this.signal.throwIfAborted();
  };

  readonly decode: TaskContext['decode'] = (request) => {
    const batch = this.#nextBatch++;
    const asked = Promise.withResolvers<DecodedFile[]>();
    this.#decoding.set(batch, asked);
    this.#send({ type: 'decode', taskId: this.#taskId, batch, request });
    return asked.promise;
  };

  readonly decoded: TaskContext['decoded'] = (files) => {
    this.#send({ type: 'decodedFiles', taskId: this.#taskId, files });
  };

  readonly measured: TaskContext['measured'] = (measured) => {
    this.#send({ type: 'measured', taskId: this.#taskId, measured });
  };

  readonly suggestions: TaskContext['suggestions'] = (suggestions) => {
    this.#send({ type: 'suggestions', taskId: this.#taskId, suggestions });
  };

  readonly metrics: TaskContext['metrics'] = (points) => {
    this.#send({ type: 'metrics', taskId: this.#taskId, points });
  };

  readonly happened: TaskContext['happened'] = (happening) => {
    this.#send({ type: 'happened', taskId: this.#taskId, happening });
  };

  readonly dataOf: TaskContext['dataOf'] = (epoch) => {
    const asked = Promise.withResolvers<DataOfEpoch>();
    this.#asked = asked;
    this.#send({ type: 'data', taskId: this.#taskId, epoch });
    return asked.promise;
  };

  readonly checkpoint: TaskContext['checkpoint'] = (epoch, best) => {
    this.#send({ type: 'checkpoint', taskId: this.#taskId, epoch, best });
  };
}
