import { RPCLink } from '@orpc/client/websocket';
import { enterSession } from './session.ts';
import type { Transport } from './transport.ts';

/** The browser: a WebSocket to the host that served this page, after the session is entered. */
export async function openSocket(): Promise<Transport> {
  await enterSession();
  const address = new URL('/rpc', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()));
  const link = new RPCLink({ websocket: socket });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('close', () => reject(new Error('the connection was not accepted')));
  });
  return { link, closed };
}
