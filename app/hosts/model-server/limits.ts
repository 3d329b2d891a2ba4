import type { ServerOptions } from 'node:http';

/** What one client may take of the server. */
export const limits = {
  headerBytes: 16 * 1024,
  /** Of one request: a photograph of a camera, or several smaller ones as base64. */
  bodyBytes: 32 * 1024 ** 2,
  picturesPerRequest: 32,
  /** Pictures that wait for the network; beyond that the server says that it is busy. */
  waitingPictures: 1024,
  /** Pictures that go through the network at once. */
  batch: 32,
  /** Bodies that are being read at the same time, bytes: many slow senders must not fill the memory. */
  readingBytes: 512 * 1024 ** 2,
  /** How long the body of a refused request is still taken and thrown away, ms. */
  lingering: 2_000,
  sockets: 512,
  /** A connection on which nothing moves is closed, ms. */
  idle: 60_000,
} as const;

/** Settings of `node:http`. */
export const serverOptions: ServerOptions = {
  maxHeaderSize: limits.headerBytes,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  requireHostHeader: false,
};
