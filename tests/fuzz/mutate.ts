/** Byte mutation, decided by a seed: the same number always breaks a file in the same way. */

/** Values at which lengths, offsets and counts go wrong. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
/** The same for eight bytes. */
const wideEdges = [2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n, 2n ** 32n];
/** What text formats stumble over. */
const words = [
  '"',
  '""',
  ',',
  '\t',
  '\r',
  '\n',
  '\0',
  '\ufeff',
  '\\u0000',
  '{"',
  '}',
  '[[[[',
  '-1',
  '1e999',
  '9007199254740993',
  '__proto__',
  'constructor',
  '../',
  '=cmd()',
  'PK\x03\x04',
  'PK\x05\x06',
];

/** Numbers from 0 (included) to 1 that a seed decides (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the good files, broken one to eight times over. */
export function mutated(corpus: readonly Uint8Array[], seed: number): Uint8Array {
  const random = randomOf(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  let bytes = Buffer.from(pick(corpus));
  // Mostly once or twice: what is broken everywhere is refused at the first byte.
  for (let times = 1 + below(1 + below(8)); times > 0; times--)
    bytes = pick(mutations)(bytes, { below, pick, corpus });
  return bytes;
}

interface Chance {
  below: (limit: number) => number;
  pick: <T>(from: readonly T[]) => T;
  corpus: readonly Uint8Array[];
}

const mutations: ((bytes: Buffer<ArrayBuffer>, chance: Chance) => Buffer<ArrayBuffer>)[] = [
  // a bit turned
  (bytes, { below }) => {
    if (bytes.length > 0) {
      const at = below(bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << below(8));
    }
    return bytes;
  },
  // a byte replaced
  (bytes, { below }) => {
    if (bytes.length > 0) bytes[below(bytes.length)] = below(256);
    return bytes;
  },
  // a number at the edge of its range, near the beginning where headers are, or anywhere
  (bytes, { below, pick }) => {
    const size = pick([1, 2, 4, 8]);
    if (bytes.length < size) return bytes;
    const reach = below(2) === 0 ? Math.min(bytes.length, 96) : bytes.length;
    const at = below(Math.max(1, reach - size + 1));
    if (size === 8) bytes.writeBigUInt64LE(pick(wideEdges), at);
    else if (below(2) === 0) bytes.writeUIntLE(pick(edges) % 2 ** (8 * size), at, size);
    else bytes.writeUIntBE(pick(edges) % 2 ** (8 * size), at, size);
    return bytes;
  },
  // cut off
  (bytes, { below }) => bytes.subarray(0, below(bytes.length + 1)),
  // a part taken out
  (bytes, { below }) => {
    const from = below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + below(64))]);
  },
  // a part doubled
  (bytes, { below }) => {
    const from = below(bytes.length + 1);
    const part = bytes.subarray(from, from + below(256));
    return Buffer.concat([bytes.subarray(0, from), part, part, bytes.subarray(from)]);
  },
  // a word put in
  (bytes, { below, pick }) => {
    const at = below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(words)), bytes.subarray(at)]);
  },
  // a part of another file
  (bytes, { below, pick, corpus }) => {
    const other = pick(corpus);
    const from = below(other.length + 1);
    const at = below(bytes.length + 1);
    return Buffer.concat([
      bytes.subarray(0, at),
      other.subarray(from, from + below(512)),
      bytes.subarray(at + below(64)),
    ]);
  },
  // a run of one byte
  (bytes, { below, pick }) => {
    const at = below(bytes.length + 1);
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.alloc(below(1000), pick([0, 0x20, 0x22, 0x41, 0x5b, 0xff])),
      bytes.subarray(at),
    ]);
  },
];
