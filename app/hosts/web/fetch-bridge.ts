import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Node's request as the Fetch API's; the body stays a stream. Aborted when the connection goes before the answer did. */
export function toRequest(incoming: IncomingMessage, outgoing: ServerResponse, origin: string): Request {
  const abort = new AbortController();
  // Of this answer, not of the socket: that one stays for hundreds of pictures.
  outgoing.once('close', () => abort.abort());
  const hasBody = incoming.method === 'POST';
  return new Request(new URL(incoming.url ?? '/', origin), {
    method: incoming.method ?? 'GET',
    headers: Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [name, value]),
    ),
    signal: abort.signal,
    ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: 'half' }),
  });
}

/** Up to here a body whose length is known is sent in one piece, bytes. */
const onePiece = 256 * 1024;

/** Sends an answer of the Fetch API, with `headers` on top of its own. HEAD gets no body. */
export async function sendResponse(
  response: Response,
  outgoing: ServerResponse,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  outgoing.statusCode = response.status;
  if (response.body === null || outgoing.req.method === 'HEAD') {
    await response.body?.cancel();
    outgoing.end();
    return;
  }
  const length = response.headers.get('content-length');
  if (length !== null && Number(length) <= onePiece) {
    outgoing.end(new Uint8Array(await response.arrayBuffer()));
    return;
  }
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing);
}
