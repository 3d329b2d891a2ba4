import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { WebHost } from '../../app/hosts/web/server.ts';
import { Harness } from '../services/harness.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Sent {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
}

/** The real browser host with screens of its own making, and requests as nobody's browser would send them. */
export class WebHarness implements AsyncDisposable {
  readonly services: Harness;
  readonly screens: string;
  readonly host: WebHost;
  readonly origin: string;
  readonly port: number;
  readonly token: string;
  readonly #folder: string;

  private constructor(folder: string, services: Harness, host: WebHost) {
    this.#folder = folder;
    this.screens = join(folder, 'screens');
    this.services = services;
    this.host = host;
    const url = new URL(host.url);
    this.origin = url.origin;
    this.port = Number(url.port);
    this.token = url.hash.slice('#token='.length);
  }

  static async start(): Promise<WebHarness> {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-web-'));
    const screens = join(folder, 'screens');
    mkdirSync(join(screens, 'assets'), { recursive: true });
    mkdirSync(join(folder, 'screens-beside'));
    writeFileSync(join(screens, 'index.html'), '<!doctype html><title>Tessera</title>');
    writeFileSync(join(screens, 'assets', 'app-1234.js'), 'export {};');
    writeFileSync(join(screens, '.hidden.js'), 'secret');
    writeFileSync(join(folder, 'secret.js'), 'secret');
    writeFileSync(join(folder, 'screens-beside', 'secret.js'), 'secret');
    symlinkSync(join(folder, 'secret.js'), join(screens, 'link.js'));
    const services = new Harness();
    const host = await WebHost.start({ services: services.services, screens, port: 0 });
    return new WebHarness(folder, services, host);
  }

  /** A request whose path and headers are sent as they are given; a Host header is added unless one is named. */
  send(path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sending = request(
        { host: '127.0.0.1', port: this.port, path, method, headers, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      sending.on('error', reject);
      sending.end(body);
    });
  }

  /** Bytes as they are; gives everything that came back, and whether the host closed before `ms` were over. */
  exchange(text: string, ms = 10_000): Promise<{ answer: string; closed: boolean }> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(text));
      let answer = '';
      let closed = true;
      const timer = setTimeout(() => {
        closed = false;
        socket.destroy();
      }, ms);
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearTimeout(timer);
        resolve({ answer, closed });
      });
    });
  }

  async raw(text: string): Promise<string> {
    return (await this.exchange(text)).answer;
  }

  enter(token: unknown = this.token): Promise<Answer> {
    return this.send('/session', {
      method: 'POST',
      headers: { origin: this.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
  }

  /** The cookie of a session, as a browser sends it. */
  async cookie(): Promise<string> {
    const { headers } = await this.enter();
    return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  }

  /** 101 for an accepted WebSocket, or the status that it was refused with. */
  upgrade(headers: Record<string, string>, path = '/rpc'): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, { headers });
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
      socket.on('unexpected-response', (sent, response) => {
        sent.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', reject);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    await this.services[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
