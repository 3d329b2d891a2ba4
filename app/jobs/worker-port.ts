import type { Downward, Upward } from './protocol.ts';

/** A worker's end of the line to its supervisor. */
export interface WorkerPort {
  send(message: Upward): void;
  onMessage(listener: (message: Downward) => void): void;
  /** The supervisor's process is gone. */
  onClose(listener: () => void): void;
}

/** What Electron puts on `process` in a `utilityProcess`. */
interface ParentPort {
  postMessage(message: Upward): void;
  on(event: 'message', listener: (event: { data: Downward }) => void): unknown;
}

/** The line of this process, whichever way it was started. Throws when nobody started it as a worker. */
export function workerPort(): WorkerPort {
  const electron: unknown = Reflect.get(process, 'parentPort');
  if (isParentPort(electron)) return electronPort(electron);
  if (process.send !== undefined) return forkedPort(process.send.bind(process));
  throw new Error('This is the worker of Tessera; it is started by the app, not by hand.');
}

function forkedPort(send: NonNullable<typeof process.send>): WorkerPort {
  // Ctrl-C reaches every process of a terminal. What it means is for the supervisor to say: it cancels, or goes away.
  process.on('SIGINT', () => undefined);
  return {
    send(message) {
      // After the parent is gone there is nobody to tell, and `onClose` ends this process. It may go while this is sent.
      if (process.connected) send(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => void process.on('message', listener as (message: unknown) => void),
    onClose: (listener) => void process.on('disconnect', listener),
  };
}

function electronPort(port: ParentPort): WorkerPort {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', ({ data }) => listener(data)),
    // Electron ends its utility processes itself.
    onClose: () => undefined,
  };
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value;
}
