import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Prediction } from '../../contract/index.ts';
import type { AskedModel } from '../../services/asked-model.ts';
import { sendResponse, toRequest } from '../web/fetch-bridge.ts';
import { ownHosts } from '../web/guard.ts';
import { Batches } from './batches.ts';
import { limits, serverOptions } from './limits.ts';
import { openApi } from './openapi.ts';
import { RateLimit } from './rate-limit.ts';
import { Refusal, refusalResponse } from './refusal.ts';
import { busy, checkLength, withPictures } from './request-pictures.ts';

export interface ModelServerOptions {
  model: AskedModel;
  /** 0 takes a free one. */
  port: number;
  /** An IP address of this computer. */
  address: string;
  /** Below this probability the answer is "not sure": 0…1, 0 answers always. */
  threshold: number;
  /** Requests a second of one client; 0: no limit. */
  rate: number;
  /** Of the Tessera that serves. */
  version: string;
  /** Somebody was answered or refused. */
  onRequest?: () => void;
}

const headers = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** Answers other programs about pictures: `POST /predict`, `GET /health`, `GET /model` and `GET /openapi.json`. */
export class ModelServer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #options: ModelServerOptions;
  readonly #batches: Batches;
  readonly #rate: RateLimit;
  readonly #hosts: ReadonlySet<string>;
  #requests = 0;
  #refused = 0;
  #answered = 0;

  private constructor(server: Server, options: ModelServerOptions) {
    const { address, port, family } = server.address() as AddressInfo;
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    this.#server = server;
    this.#options = options;
    this.#batches = new Batches(options.model, { batch: limits.batch, waiting: limits.waitingPictures });
    this.#rate = new RateLimit(options.rate);
    this.#hosts = ownHosts(address, port);
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  /** Resolves when it listens. Rejects where the port is taken. */
  static async start(options: ModelServerOptions): Promise<ModelServer> {
    const server = createServer(serverOptions);
    server.maxConnections = limits.sockets;
    server.setTimeout(limits.idle);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: options.port, host: options.address, exclusive: true }, resolve);
    });
    return new ModelServer(server, options);
  }

  /** `pictures` that were answered; `requests` counts those that were refused too. */
  counts(): { requests: number; refused: number; pictures: number } {
    return { requests: this.#requests, refused: this.#refused, pictures: this.#answered };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    // A request whose body was given up no longer knows its connection.
    const { socket } = incoming;
    const response = await this.#respond(incoming, outgoing).catch(refusalResponse);
    this.#requests += 1;
    if (response.status >= 400) this.#refused += 1;
    this.#options.onRequest?.();
    const isUnread = incoming.readableFlowing === null;
    try {
      await sendResponse(response, outgoing, headers);
    } catch {
      // The connection went while it was being answered; there is nobody to tell.
      outgoing.destroy();
    }
    if (incoming.complete) return;
    if (!isUnread) return socket.destroySoon();
    // A body that was refused by its head is thrown away for a moment: whoever still sends would not get to read why.
    incoming.resume();
    setTimeout(() => socket.destroy(), limits.lingering).unref();
  }

  async #respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Response> {
    this.#check(incoming);
    const { model, threshold, version } = this.#options;
    const path = incoming.url?.split('?', 1)[0];
    switch (path) {
      case '/predict':
        allow(incoming, 'POST');
        checkLength(incoming);
        return this.#predict(toRequest(incoming, outgoing, this.url));
      case '/health':
        allow(incoming, 'GET');
        return Response.json({ status: 'ok', model: model.name, answered: this.#answered });
      case '/model': {
        allow(incoming, 'GET');
        const { name, classes, input } = model;
        return Response.json({ name, classes, input, threshold, version });
      }
      case '/openapi.json':
        allow(incoming, 'GET');
        return Response.json(openApi(this.#options, this.url));
      default:
        throw new Refusal(404, 'path', 'There are /predict, /health, /model and /openapi.json.');
    }
  }

  /**
   * By the head alone. A name that was made to point here is not meant for us; and a page of another site must not put the
   * computer to work behind the person's back.
   */
  #check({ headersDistinct, socket }: IncomingMessage): void {
    const [host, ...more] = headersDistinct['host'] ?? [];
    if (host === undefined || more.length > 0 || !this.#hosts.has(host)) {
      throw new Refusal(403, 'host', `Ask ${this.url}.`);
    }
    const [origin] = headersDistinct['origin'] ?? [];
    if (origin !== undefined && origin !== `http://${host}`) {
      throw new Refusal(403, 'origin', 'Pages of other origins may not ask.');
    }
    const wait = this.#rate.wait(socket.remoteAddress ?? '');
    if (wait > 0) {
      throw new Refusal(429, 'rate', 'Too many requests. Try again later.', {
        'retry-after': String(Math.ceil(wait)),
      });
    }
  }

  async #predict(request: Request): Promise<Response> {
    return withPictures(request, async ({ pictures, isList }) => {
      if (!this.#batches.hasRoomFor(pictures.length)) throw busy();
      const begun = performance.now();
      const predictions = await Promise.all(pictures.map((picture) => this.#batches.ask(picture)));
      this.#answered += pictures.length;
      const about = {
        model: this.#options.model.name,
        ms: Math.round(10 * (performance.now() - begun)) / 10,
      };
      const answers = predictions.map((prediction) => answerOf(prediction, this.#options.threshold));
      return Response.json(isList ? { results: answers, ...about } : { ...answers[0], ...about });
    });
  }
}

/** The classes from the likeliest to the least likely; `label` is null where the model is not sure enough. */
function answerOf({ label, confidence, scores }: Prediction, threshold: number) {
  return {
    label: confidence < threshold ? null : label,
    predictions: scores
      .map(({ name, score }) => ({ label: name, confidence: score }))
      .sort((a, b) => b.confidence - a.confidence),
  };
}

function allow({ method }: IncomingMessage, allowed: 'GET' | 'POST'): void {
  if (method === allowed || (allowed === 'GET' && method === 'HEAD')) return;
  throw new Refusal(405, 'method', `Use ${allowed}.`, { allow: allowed });
}
