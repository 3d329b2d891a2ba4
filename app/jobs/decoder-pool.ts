import { availableParallelism } from 'node:os';
import { isLostProcess, TesseraError } from '../contract/index.ts';
import type { DecodedFile, DecodeRequest } from '../core/tasks.ts';
import { LiveWorker } from './live-worker.ts';
import type { SpawnWorker } from './worker-process.ts';

/**
 * Has picture files decoded; a result for every file, in their order. A picture never makes it reject: it does so with
 * what is wrong with the project or the engine.
 */
export type Decode = (request: DecodeRequest, signal: AbortSignal) => Promise<DecodedFile[]>;

export interface PoolOptions {
  /** Processes at most. */
  size: number;
  /** After a process has said nothing for so long it is killed, ms: whatever it is at hangs. */
  silence: number;
  /** A process without work ends after so long, ms. */
  idle: number;
}

/** libvips gives up by itself after 30 s, with a better reason; this is for what it does not get out of. */
const defaults: PoolOptions = {
  size: Math.min(4, Math.max(2, Math.ceil(availableParallelism() / 4))),
  silence: 40_000,
  idle: 15_000,
};

/** Files that one process has in hand. `places` are those of a request that are not done yet. */
interface Batch {
  request: DecodeRequest;
  results: (DecodedFile | undefined)[];
  places: number[];
  /** Of all batches of the request together: files that are not done. */
  owner: { left: number; finish(): void; fail(error: TesseraError): void };
  signal: AbortSignal;
}

/**
 * Processes that decode pictures for running imports, started when they are needed. One that hangs or dies takes no
 * import along: it is killed and replaced, the files that it had in hand are tried again one by one, and the one that
 * does it again is reported with the reason. A decoder may die of a picture that nobody can be blamed for; the rest goes
 * on.
 */
export class DecoderPool implements AsyncDisposable {
  readonly #spawn: SpawnWorker;
  readonly #options: PoolOptions;
  readonly #waiting: Batch[] = [];
  readonly #busy = new Set<LiveWorker>();
  readonly #idle = new Map<LiveWorker, NodeJS.Timeout>();
  readonly #gone = new Set<Promise<void>>();
  #lastId = 0;
  #isDisposed = false;

  constructor(spawn: SpawnWorker, options: Partial<PoolOptions> = {}) {
    this.#spawn = spawn;
    this.#options = { ...defaults, ...options };
  }

  readonly decode: Decode = (request, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<DecodedFile[]>();
    const count = request.files.length;
    const results = Array<DecodedFile | undefined>(count).fill(undefined);
    const owner = {
      left: count,
      finish: () => resolve(results.filter((result) => result !== undefined)),
      fail: reject,
    };
    if (count === 0) owner.finish();
    else this.#enter({ request, results, places: [...results.keys()], owner, signal });
    return promise;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    for (const batch of this.#waiting.splice(0)) this.#giveUp(batch, 'Tessera was closed');
    for (const worker of [...this.#busy, ...this.#idle.keys()]) worker.kill();
    for (const timer of this.#idle.values()) clearTimeout(timer);
    await Promise.all(this.#gone);
  }

  /** `first`: before what waits already, so that an import is not held up by its doubtful files. */
  #enter(batch: Batch, first = false): void {
    if (this.#isDisposed) return this.#giveUp(batch, 'Tessera was closed');
    if (first) this.#waiting.unshift(batch);
    else this.#waiting.push(batch);
    this.#work();
  }

  #work(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#free();
      if (worker === null) return;
      const batch = this.#waiting.shift() as Batch;
      if (batch.signal.aborted) {
        this.#rest(worker);
        this.#giveUp(batch, 'the import was cancelled');
      } else {
        void this.#do(worker, batch);
      }
    }
  }

  /** A process without work, or a new one; null when all are at work. */
  #free(): LiveWorker | null {
    const [rested] = this.#idle;
    if (rested !== undefined) {
      const [worker, timer] = rested;
      clearTimeout(timer);
      this.#idle.delete(worker);
      return worker;
    }
    if (this.#busy.size >= this.#options.size) return null;
    const worker = new LiveWorker(this.#spawn(), { grace: 0, decode: refuseNested });
    const gone = worker.gone.then(() => {
      this.#idle.delete(worker);
      this.#gone.delete(gone);
    });
    this.#gone.add(gone);
    return worker;
  }

  #rest(worker: LiveWorker): void {
    const timer = setTimeout(() => {
      this.#idle.delete(worker);
      worker.kill();
    }, this.#options.idle);
    timer.unref();
    this.#idle.set(worker, timer);
  }

  async #do(worker: LiveWorker, batch: Batch): Promise<void> {
    this.#busy.add(worker);
    let isSilent = false;
    const fallSilent = (): void => {
      isSilent = true;
      worker.kill();
    };
    let silence = setTimeout(fallSilent, this.#options.silence);
    const failed = await this.#run(worker, batch, () => {
      clearTimeout(silence);
      silence = setTimeout(fallSilent, this.#options.silence);
    });
    clearTimeout(silence);
    this.#busy.delete(worker);
    if (failed === null) this.#rest(worker);
    else worker.kill();
    if (failed !== null && !isLostProcess(failed.code)) batch.owner.fail(failed);
    else if (failed !== null) this.#tryAgain(batch, failed, isSilent);
    this.#work();
  }

  /** One by one, or with the reason when the process had only one left in hand. */
  #tryAgain(batch: Batch, failed: TesseraError, wasSilent: boolean): void {
    const left = batch.places.filter((place) => batch.results[place] === undefined);
    if (left.length > 1) {
      for (const place of left.toReversed()) this.#enter({ ...batch, places: [place] }, true);
      return;
    }
    const reason = wasSilent
      ? `decoding it took longer than ${this.#options.silence / 1000} seconds and was stopped`
      : `the decoder stopped at it (${failed.details['reason']})`;
    this.#giveUp({ ...batch, places: left }, reason);
  }

  /** Null when all went well. */
  async #run(worker: LiveWorker, batch: Batch, onSign: () => void): Promise<TesseraError | null> {
    const { request, places, results, owner } = batch;
    try {
      await worker.engine;
      onSign();
      const files = places.flatMap((place) => request.files[place] ?? []);
      const task = { kind: 'decode', ...request, files } as const;
      await worker.run(++this.#lastId, task, {
        onDecoded: (done) => {
          onSign();
          for (const [index, file] of done) {
            const place = places[index];
            if (place === undefined || results[place] !== undefined) continue;
            results[place] = file;
            owner.left--;
          }
          if (owner.left === 0) owner.finish();
        },
      }).result;
      return null;
    } catch (error) {
      return error instanceof TesseraError
        ? error
        : new TesseraError('unexpected', { reason: String(error) });
    }
  }

  #giveUp({ places, results, owner }: Batch, reason: string): void {
    for (const place of places) {
      if (results[place] !== undefined) continue;
      results[place] = { reason };
      owner.left--;
    }
    if (owner.left === 0) owner.finish();
  }
}

const refuseNested: Decode = ({ files }) =>
  Promise.resolve(files.map(() => ({ reason: 'decoders have no decoders' })));
