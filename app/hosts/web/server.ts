import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Services } from '../../services/assemble.ts';
import { pathSegments } from '../request-path.ts';
import { securityHeaders } from '../security-headers.ts';
import { staticFile } from '../static-files.ts';
import { sendResponse, toRequest } from './fetch-bridge.ts';
import { ownHosts, refusalOf } from './guard.ts';
import { limits, serverOptions } from './limits.ts';
import { Session } from './session.ts';
import { answerSession } from './session-route.ts';
import { RpcSockets } from './sockets.ts';

export interface WebHostOptions {
  services: Pick<Services, 'router' | 'files'>;
  /** The built screens, `build/renderer`. */
  screens: string;
  /** 0 takes a free one. */
  port: number;
  /** An IP address of this computer; loopback unless the person asked for another one. */
  address?: string;
}

/** The browser host: the screens, their files and RPC, for one person on one computer. */
export class WebHost implements AsyncDisposable {
  /** With the token in its fragment, which browsers never send: it stays out of logs and of `Referer`. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets: RpcSockets;
  readonly #session: Session;
  readonly #hosts: ReadonlySet<string>;
  readonly #headers: Record<string, string>;
  readonly #origin: string;
  readonly #options: WebHostOptions;

  private constructor(server: Server, options: WebHostOptions) {
    const { address, port, family } = server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
    this.#server = server;
    this.#options = options;
    this.#session = new Session(port);
    this.#sockets = new RpcSockets(options.services.router);
    this.#hosts = ownHosts(address, port);
    this.#headers = securityHeaders([...this.#hosts].map((each) => `ws://${each}`));
    this.#origin = `http://${host}`;
    this.url = `${this.#origin}/#token=${this.#session.token}`;
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Resolves when it listens. Rejects where the port is taken. */
  static async start(options: WebHostOptions): Promise<WebHost> {
    const server = createServer(serverOptions);
    server.maxConnections = limits.sockets;
    server.setTimeout(limits.idle);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: options.port, host: options.address ?? '127.0.0.1', exclusive: true }, resolve);
    });
    return new WebHost(server, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    // A request whose body was given up no longer knows its connection.
    const { socket } = request;
    try {
      await sendResponse(await this.#respond(request, outgoing), outgoing, this.#headers);
    } catch {
      // The connection went while it was being answered; there is nobody to tell.
      outgoing.destroy();
    }
    // What is left of a refused body is not read to its end; the answer still goes out.
    if (!request.complete) socket.destroySoon();
  }

  async #respond(request: IncomingMessage, outgoing: ServerResponse): Promise<Response> {
    const refusal = refusalOf(request, this.#hosts);
    if (refusal) return plain(refusal.status, refusal.reason);
    const segments = pathSegments(rawPath(request));
    if (segments === null) return plain(400, 'path');
    switch (segments[0]) {
      case 'session':
        return answerSession(toRequest(request, outgoing, this.#origin), this.#session);
      case 'pictures':
      case 'uploads':
      case 'downloads':
        if (!this.#session.isOpen(request.headers.cookie)) return plain(401, 'session');
        return this.#options.services.files(toRequest(request, outgoing, this.#origin));
      default:
        if (request.method === 'POST') return plain(405, 'method');
        return staticFile(this.#options.screens, segments);
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request, this.#hosts);
    if (refusal) refuseUpgrade(socket, refusal.status);
    else if (rawPath(request) !== '/rpc') refuseUpgrade(socket, 404);
    else if (!this.#session.isOpen(request.headers.cookie)) refuseUpgrade(socket, 401);
    else if (this.#sockets.full) refuseUpgrade(socket, 503);
    else this.#sockets.accept(request, socket, head);
  }
}

const rawPath = (request: IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? '';

function plain(status: number, text: string): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(text, { status, headers });
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
