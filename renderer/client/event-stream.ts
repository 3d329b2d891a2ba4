import type { TesseraEvent } from '../../app/contract/index.ts';
import type { Connection } from './connection.ts';

/** What a listener hears: the events of the contract, and that some may have been missed. */
export type Heard = TesseraEvent | { type: 'reconnected' };

/** Before a stream that ended is asked for again, ms. */
const pause = 200;

/**
 * One stream of events for all listeners, open while there is at least one. After the connection was lost the
 * stream is asked for again and every listener hears `reconnected`, so that it reads again what it shows.
 */
export class EventStream {
  readonly #listeners = new Set<(event: Heard) => void>();
  readonly #connection: Connection;
  readonly #subscribe: (signal: AbortSignal) => Promise<AsyncIterable<TesseraEvent>>;
  #reading: AbortController | null = null;

  constructor(
    connection: Connection,
    subscribe: (signal: AbortSignal) => Promise<AsyncIterable<TesseraEvent>>,
  ) {
    this.#connection = connection;
    this.#subscribe = subscribe;
  }

  /** Gives the way to stop listening. */
  on(listener: (event: Heard) => void): () => void {
    this.#listeners.add(listener);
    if (this.#reading === null) {
      this.#reading = new AbortController();
      void this.#read(this.#reading.signal);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#reading?.abort();
      this.#reading = null;
    };
  }

  async #read(signal: AbortSignal): Promise<void> {
    let interrupted = false;
    while (!signal.aborted && this.#connection.state !== 'refused') {
      try {
        const events = await this.#subscribe(signal);
        if (interrupted) this.#tell({ type: 'reconnected' });
        for await (const event of events) this.#tell(event);
      } catch {
        // The connection went, or the stream was stopped: the loop decides which, and the screens see its state.
      }
      interrupted = true;
      await new Promise((resolve) => setTimeout(resolve, pause));
      await this.#connection.reopened(signal);
    }
  }

  #tell(event: Heard): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}
