/**
 * Chunks of any length as records of one length, each a copy of its own. Ends with the last whole record; returns how many
 * bytes were left over.
 */
export async function* fixedRecords(
  chunks: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array, number, undefined> {
  let record = new Uint8Array(length);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length;) {
      const taken = chunk.subarray(from, from + length - filled);
      record.set(taken, filled);
      filled += taken.length;
      from += taken.length;
      if (filled === length) {
        yield record;
        record = new Uint8Array(length);
        filled = 0;
      }
    }
  }
  return filled;
}

/** The chunks without their first `length` bytes. */
export async function* withoutHead(
  chunks: AsyncIterable<Uint8Array>,
  length: number,
): AsyncIterable<Uint8Array> {
  let left = length;
  for await (const chunk of chunks) {
    if (chunk.length > left) yield chunk.subarray(left);
    left -= Math.min(left, chunk.length);
  }
}
