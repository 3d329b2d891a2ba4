import { RPCLink } from '@orpc/client/message-port';
import type { HostBridge } from './host-bridge.ts';
import type { Transport } from './transport.ts';

/** The desktop: a MessagePort to the main process, handed over by the preload. */
export async function openPort(bridge: HostBridge): Promise<Transport> {
  const port = await new Promise<MessagePort>((resolve) => {
    const receive = (event: MessageEvent): void => {
      const [handedOver] = event.ports;
      if (event.source !== window || event.data !== 'tessera:port' || handedOver === undefined) return;
      window.removeEventListener('message', receive);
      resolve(handedOver);
    };
    window.addEventListener('message', receive);
    bridge.connect();
  });
  const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve()));
  const link = new RPCLink({ port });
  port.start();
  return { link, closed };
}
