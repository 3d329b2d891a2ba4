import { TesseraError } from '../../contract/index.ts';
import type { ServeModel } from '../../services/ports.ts';
import { ModelServer } from './server.ts';

const taken = new Set(['EADDRINUSE', 'EACCES']);

/** What the app's switch starts: the server on this computer's own address, for its own programs. Throws `portTaken`. */
export const serveModel: ServeModel = async ({ port, ...options }) =>
  ModelServer.start({
    ...options,
    port,
    address: '127.0.0.1',
    rate: 0,
  }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw taken.has(code) ? new TesseraError('portTaken', { port }, { cause: error }) : error;
  });
