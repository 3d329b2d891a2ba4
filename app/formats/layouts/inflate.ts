import { pipeline, Readable, type Transform } from 'node:stream';

/**
 * Chunks through one of zlib's transforms, only as far as they are asked for. What was compressed badly, or cut off,
 * rejects with zlib's error; an error of the chunks themselves comes through as it is.
 */
export async function* inflated(
  chunks: AsyncIterable<Uint8Array>,
  inflater: Transform,
): AsyncIterable<Uint8Array> {
  // Ends both, whoever of them ends first; its error arrives at the reader below.
  pipeline(Readable.from(chunks), inflater, () => undefined);
  for await (const chunk of inflater) yield chunk as Uint8Array;
}
