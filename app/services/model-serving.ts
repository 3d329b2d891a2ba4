import { resolve } from 'node:path';
import { TesseraError, type ServedModel } from '../contract/index.ts';
import type { AskModel, ModelPlace } from './asked-model.ts';
import type { EventHub } from './event-hub.ts';
import type { RunningServer, ServeModel } from './ports.ts';
import { Throttle } from './throttle.ts';

/** Counts reach the screens at most this often, ms. */
const announceInterval = 250;

interface Serving {
  server: RunningServer;
  what: Omit<ServedModel, 'requests' | 'refused' | 'pictures'>;
}

/**
 * The one model that this process serves to other programs of the computer, off until a person switches it on. It listens on
 * 127.0.0.1 and nowhere else, and goes with the project that it belongs to, and with the app.
 */
export class ModelServing implements AsyncDisposable {
  readonly #askModel: AskModel;
  readonly #serve: ServeModel | undefined;
  readonly #hub: EventHub;
  readonly #announce: Throttle;
  readonly #version: string;
  #serving: Serving | null = null;
  /** One change after the other: two starts at once must not leave a server that nobody knows. */
  #changing: Promise<unknown> = Promise.resolve();

  /** Without `serve` the host has no server to offer, and `start` says so. */
  constructor(askModel: AskModel, serve: ServeModel | undefined, hub: EventHub, version: string) {
    this.#version = version;
    this.#askModel = askModel;
    this.#serve = serve;
    this.#hub = hub;
    this.#announce = new Throttle(announceInterval, () => this.#tell());
  }

  /** Null while nothing is served. */
  status(): ServedModel | null {
    if (this.#serving === null) return null;
    const { server, what } = this.#serving;
    return { ...what, ...server.counts() };
  }

  /** In place of what was served before. Throws `portTaken`, and what asking the model throws. */
  start(place: ModelPlace, { port, threshold }: { port: number; threshold: number }): Promise<ServedModel> {
    return this.#inTurn(async () => {
      if (this.#serve === undefined) {
        throw new TesseraError('invalidInput', { what: 'The server', reason: 'this program has none' });
      }
      const model = await this.#askModel(place);
      await this.#end();
      const onRequest = (): void => this.#announce.ask();
      const server = await this.#serve({ model, port, threshold, version: this.#version, onRequest });
      const what = {
        url: server.url,
        name: model.name,
        projectId: 'runId' in place ? place.projectId : null,
        runId: 'runId' in place ? place.runId : null,
        path: 'path' in place ? resolve(place.path) : null,
        threshold,
        startedAt: Date.now(),
      };
      this.#serving = { server, what };
      this.#tell();
      return { ...what, ...server.counts() };
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#end());
  }

  /** Its run cannot be asked any more. */
  stopProject(projectId: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#serving?.what.projectId === projectId) await this.#end();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #end(): Promise<void> {
    if (this.#serving === null) return;
    const { server } = this.#serving;
    this.#serving = null;
    await server[Symbol.asyncDispose]();
    this.#tell();
  }

  #tell(): void {
    this.#hub.publish({ type: 'modelServer', served: this.status() });
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#changing.then(change);
    this.#changing = done.catch(() => undefined);
    return done;
  }
}
