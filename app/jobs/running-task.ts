import { errorFromReport, reportError, TesseraError, type ErrorReport } from '../contract/index.ts';
import type { TaskKind, TaskListener, TaskResults } from '../core/tasks.ts';
import type { DataOfEpoch } from '../core/training/data-in-force.ts';
import type { Decode } from './decoder-pool.ts';
import type { Upward } from './protocol.ts';
import type { WorkerProcess } from './worker-process.ts';

type Report = Exclude<Upward, { type: 'ready' | 'unable' }>;

/** A task in a worker process, as the supervisor sees it. */
export class RunningTask {
  readonly id: number;
  readonly result: Promise<TaskResults[TaskKind]>;
  readonly #listener: TaskListener;
  readonly #process: WorkerProcess;
  readonly #grace: number;
  readonly #decode: Decode;
  /** Aborts when the task is being stopped or has ended: what the pool has not begun for it is dropped. */
  readonly #ending = new AbortController();
  readonly #settle: PromiseWithResolvers<TaskResults[TaskKind]>;
  /** Why it is being stopped from here: cancelled, or what its listener threw. */
  #stopping: TesseraError | null = null;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(
    id: number,
    listener: TaskListener,
    process: WorkerProcess,
    { grace, decode }: { grace: number; decode: Decode },
  ) {
    this.id = id;
    this.#decode = decode;
    this.#listener = listener;
    this.#process = process;
    this.#grace = grace;
    this.#settle = Promise.withResolvers();
    this.result = this.#settle.promise.finally(() => {
      clearTimeout(this.#killTimer);
      this.#ending.abort();
    });
  }

  /** Asks it to end, and kills the process when it has not after the grace. It then rejects with `reason`. */
  stop(reason: TesseraError): void {
    if (this.#stopping !== null) return;
    this.#stopping = reason;
    this.#ending.abort();
    this.#process.send({ type: 'cancel', taskId: this.id });
    this.#killTimer = setTimeout(() => this.#process.kill(), this.#grace);
  }

  /** Asks it to end at its next checkpoint, with `paused`. */
  pause(): void {
    this.#process.send({ type: 'pause', taskId: this.id });
  }

  /** The process has ended. */
  lost(error: TesseraError): void {
    this.#settle.reject(this.#stopping ?? error);
  }

  receive(report: Report): void {
    switch (report.type) {
      case 'done':
        this.#finish(report.result);
        break;
      case 'failed':
        this.#fail(errorFromReport(report.error));
        break;
      default:
        this.#tell(report);
    }
  }

  /** Done before a cancellation came through is done; but not when its listener could not keep what it gave. */
  #finish(result: TaskResults[TaskKind]): void {
    if (this.#stopping === null || this.#stopping.code === 'cancelled') this.#settle.resolve(result);
    else this.#settle.reject(this.#stopping);
  }

  #fail(error: TesseraError): void {
    this.#settle.reject(error.code === 'cancelled' && this.#stopping !== null ? this.#stopping : error);
  }

  #tell(report: Exclude<Report, { type: 'done' | 'failed' }>): void {
    try {
      this.#inform(report);
    } catch (thrown) {
      this.stop(thrown instanceof TesseraError ? thrown : errorFromReport(reportError(thrown)));
    }
  }

  #inform(report: Exclude<Report, { type: 'done' | 'failed' }>): void {
    switch (report.type) {
      case 'progress':
        this.#listener.onProgress?.(report.done, report.total, report.detail);
        break;
      case 'images':
        this.#listener.onImages?.(report.images, report.skipped);
        this.#process.send({ type: 'ack', taskId: this.id, chunk: report.chunk });
        break;
      case 'decode':
        void this.#haveDecoded(report);
        break;
      case 'decodedFiles':
        this.#listener.onDecoded?.(report.files);
        break;
      case 'measured':
        this.#listener.onMeasured?.(report.measured);
        break;
      case 'suggestions':
        this.#listener.onSuggestions?.(report.suggestions);
        break;
      case 'metrics':
        this.#listener.onMetrics?.(report.points);
        break;
      case 'happened':
        this.#listener.onHappened?.(report.happening);
        break;
      case 'data':
        this.#process.send({ type: 'inForce', taskId: this.id, found: this.#dataOf(report.epoch) });
        break;
      case 'checkpoint':
        this.#listener.onCheckpoint?.(report.epoch, report.best);
        break;
    }
  }

  #dataOf(epoch: number): DataOfEpoch | ErrorReport {
    try {
      return this.#listener.onData?.(epoch) ?? { data: null, refused: null };
    } catch (thrown) {
      return reportError(thrown);
    }
  }

  async #haveDecoded({ batch, request }: Extract<Report, { type: 'decode' }>): Promise<void> {
    const results = await this.#decode(request, this.#ending.signal).catch(reportError);
    this.#process.send({ type: 'decoded', taskId: this.id, batch, results });
  }
}
