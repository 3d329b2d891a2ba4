import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../app/contract/index.ts';
import { Connection } from './connection.ts';
import { EventStream, type Heard } from './event-stream.ts';
import { hostBridge } from './host-bridge.ts';
import { openPort } from './port-transport.ts';
import { openSocket } from './socket-transport.ts';

export type { ConnectionState } from './connection.ts';
export type { Heard } from './event-stream.ts';
export type { Refusal } from './transport.ts';
export { hostBridge } from './host-bridge.ts';
export { upload, type UploadFile } from './upload.ts';

const bridge = hostBridge;

/** Over the MessagePort of the desktop, or the WebSocket of the browser host. */
export const connection = new Connection(bridge === undefined ? openSocket : () => openPort(bridge));

/** Everything that can be asked. What a call throws is a `TesseraError`, unless the caller aborted it. */
export const client: ContractRouterClient<Contract> = createORPCClient(connection.link);

const events = new EventStream(connection, (signal) => client.events(undefined, { signal }));

/** Hears every event, and `reconnected` when some may have been missed; gives the way to stop. */
export const onEvent = (listener: (event: Heard) => void): (() => void) => events.on(listener);
