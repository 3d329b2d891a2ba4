import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, type ClientContext, type ClientLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { WebSocket } from 'ws';
import type { Contract } from '../../app/contract/index.ts';
import { WebHost } from '../../app/hosts/web/server.ts';
import type { Services } from '../../app/services/assemble.ts';

export type Client = ContractRouterClient<Contract>;

/** A way from a caller to the services. `connect` may be called more than once; `disconnect` cuts that caller off. */
export interface Transport {
  name: string;
  connect(services: Services): Promise<{ client: Client; disconnect(): void }>;
  close(): Promise<void>;
}

/** The command line: no transport at all. */
export function inProcess(): Transport {
  return {
    name: 'in-process',
    connect: (services) =>
      Promise.resolve({ client: createRouterClient(services.router), disconnect: () => undefined }),
    close: () => Promise.resolve(),
  };
}

/** The desktop: a MessagePort. */
export function messagePort(): Transport {
  const ports: { close(): void }[] = [];
  return {
    name: 'MessagePort',
    connect(services) {
      const { port1, port2 } = new MessageChannel();
      ports.push(port1, port2);
      new PortHandler(services.router).upgrade(port1);
      port1.start();
      const client = createClient(new PortLink({ port: port2 }));
      port2.start();
      return Promise.resolve({ client, disconnect: () => port2.close() });
    },
    close() {
      for (const port of ports) port.close();
      return Promise.resolve();
    },
  };
}

/** The browser: a WebSocket to the real host, with a session as a page has it. */
export function webSocket(): Transport {
  const screens = mkdtempSync(join(tmpdir(), 'tessera-screens-'));
  writeFileSync(join(screens, 'index.html'), '<!doctype html><title>Tessera</title>');
  let host: Promise<WebHost> | null = null;
  let cookie: Promise<string> | null = null;
  return {
    name: 'WebSocket',
    async connect(services) {
      host ??= WebHost.start({ services, screens, port: 0 });
      const { origin, hash } = new URL((await host).url);
      cookie ??= enter(origin, hash.slice('#token='.length));
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, {
        origin,
        headers: { cookie: await cookie },
      });
      const client = createClient(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket }));
      return { client, disconnect: () => socket.terminate() };
    },
    async close() {
      await (await host)?.[Symbol.asyncDispose]();
      rmSync(screens, { recursive: true, force: true });
    },
  };
}

function createClient(link: ClientLink<ClientContext>): Client {
  return createORPCClient(link);
}

async function enter(origin: string, token: string): Promise<string> {
  const response = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token }),
  });
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}
