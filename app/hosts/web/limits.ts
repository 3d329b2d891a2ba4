import type { ServerOptions } from 'node:http';

/** What one client may take of the host: enough for a screen with every thumbnail of a page, not for a flood. */
export const limits = {
  headerBytes: 16 * 1024,
  /** Of the JSON that `/session` takes. */
  sessionBodyBytes: 1024,
  /** One RPC message: a hundred thousand picture ids are about 1 MB. */
  messageBytes: 16 * 1024 ** 2,
  /** What a WebSocket that does not read may pile up before it is closed. */
  unsentBytes: 64 * 1024 ** 2,
  sockets: 256,
  webSockets: 32,
  /** A connection on which nothing moves is closed, ms. */
  idle: 120_000,
  /** Between two looks at the WebSockets, ms. */
  heartbeat: 30_000,
} as const;

/** Settings of `node:http`. The Host header is checked by ourselves, with an answer of our own. */
export const serverOptions: ServerOptions = {
  maxHeaderSize: limits.headerBytes,
  headersTimeout: 10_000,
  // An upload of some gigabytes takes its time; one that stands still is closed as idle.
  requestTimeout: 0,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  requireHostHeader: false,
};
