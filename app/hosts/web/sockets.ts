import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { TesseraRouter } from '../../services/assemble.ts';
import { limits } from './limits.ts';

/** RPC over WebSockets that were let in already. */
export class RpcSockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
  });
  readonly #handler: RPCHandler<Record<never, never>>;
  readonly #heartbeat: NodeJS.Timeout;
  /** Those that have answered since the last look. */
  readonly #alive = new WeakSet<WebSocket>();

  constructor(router: TesseraRouter) {
    this.#handler = new RPCHandler(router);
    this.#heartbeat = setInterval(() => this.#look(), limits.heartbeat).unref();
  }

  get full(): boolean {
    return this.#server.clients.size >= limits.webSockets;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#alive.add(webSocket);
      webSocket.on('pong', () => this.#alive.add(webSocket));
      // A frame that is too large or malformed closes the connection; `ws` has done so when this is heard.
      webSocket.on('error', () => undefined);
      void this.#handler.upgrade(webSocket);
    });
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const client of this.#server.clients) client.terminate();
  }

  /** Closes what does not answer or does not read. */
  #look(): void {
    for (const client of this.#server.clients) {
      if (!this.#alive.has(client) || client.bufferedAmount > limits.unsentBytes) client.terminate();
      this.#alive.delete(client);
      client.ping();
    }
  }
}
