import type { ClientContext, ClientLink } from '@orpc/client';
import { errorFromWire, TesseraError } from '../../app/contract/index.ts';
import { RefusedError, type Refusal, type Transport } from './transport.ts';

/** `lost`: it is being opened again. `refused`: the host does not let this page in, see `refusal`. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

/** Waits before the connection is opened again, ms; the last one repeats. */
const waits = [200, 500, 1000, 2000, 5000];

/**
 * The connection to the services, opened again by itself whenever it is lost. Calls wait while it is being opened
 * for the first time, and fail with `connectionLost` while it is lost.
 */
export class Connection {
  state: ConnectionState = 'connecting';
  refusal: Refusal | null = null;
  readonly #open: () => Promise<Transport>;
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  #transport: Transport | null = null;

  constructor(open: () => Promise<Transport>) {
    this.#open = open;
    void this.#keepOpen();
  }

  /** Calls `listener` at every change of state, not for the present one; gives the way to stop it. */
  onChange(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the connection is open or refused, or `signal` aborts. */
  reopened(signal: AbortSignal): Promise<void> {
    const settled = (): boolean => this.state === 'open' || this.state === 'refused' || signal.aborted;
    return new Promise((resolve) => {
      const check = (): void => {
        if (!settled()) return;
        stop();
        signal.removeEventListener('abort', check);
        resolve();
      };
      const stop = this.onChange(check);
      signal.addEventListener('abort', check);
      check();
    });
  }

  /** A link over whichever transport is open; everything that it throws is a `TesseraError`. */
  readonly link: ClientLink<ClientContext> = {
    call: async (path, input, options) => {
      const transport = await this.#ready();
      try {
        return await transport.link.call(path, input, options);
      } catch (error) {
        if (options.signal?.aborted) throw error;
        throw this.#transport === transport ? errorFromWire(error) : new TesseraError('connectionLost');
      }
    },
  };

  async #ready(): Promise<Transport> {
    if (this.state === 'connecting') {
      await new Promise<void>((resolve) => {
        const stop = this.onChange(() => {
          stop();
          resolve();
        });
      });
    }
    if (this.#transport === null) throw new TesseraError('connectionLost');
    return this.#transport;
  }

  async #keepOpen(): Promise<void> {
    let failures = 0;
    while (this.state !== 'refused') {
      try {
        this.#transport = await this.#open();
        failures = 0;
        this.#become('open');
        await this.#transport.closed;
      } catch (error) {
        if (error instanceof RefusedError) {
          this.refusal = error.refusal;
          this.#become('refused');
          return;
        }
      }
      this.#transport = null;
      this.#become('lost');
      const wait = waits[Math.min(failures, waits.length - 1)];
      failures += 1;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  #become(state: ConnectionState): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}
