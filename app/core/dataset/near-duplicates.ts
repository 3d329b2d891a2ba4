import { coarseLevels, hashBits } from './measures.ts';

/** A picture with its fingerprint (`measures.ts`). */
export interface Fingerprinted {
  id: number;
  fingerprint: string;
  /** Longer side of at most 64 pixels: a drawing or a thumbnail, of which less is known. */
  isTiny: boolean;
}

/** How far apart two fingerprints of the same picture may lie: bits of the hash, and mean grey levels. */
interface Tolerance {
  bits: number;
  levels: number;
}

/**
 * Found on photographs, CIFAR-10 and Fashion-MNIST: saved again at quality 50, at 70 % of the size or a little lighter, a
 * photograph stays within 5 bits, and the nearest other one is 13 away. Small drawings on one ground are closer together.
 */
const ofPhotographs: Tolerance = { bits: 8, levels: 20 };
const ofTiny: Tolerance = { bits: 5, levels: 2.5 };

const words = hashBits / 32;

/**
 * The pictures that show the same, as near as the eye tells: for each that has a twin the smallest id of its group. What
 * looks like one of a group belongs to it. The order of `pictures` does not matter.
 *
 * Two hashes that differ in at most eight of 128 bits are equal in at least one of nine parts of them, so only pictures
 * that share a part are compared: seconds for 100,000 pictures would be hours otherwise.
 */
export function nearDuplicates(pictures: readonly Fingerprinted[]): Map<number, number> {
  const groups = new Groups();
  // Equal ones first: a thousand blank pictures are then compared once with the rest, not with each other.
  const distinct = new Map<string, Fingerprinted>();
  for (const picture of pictures) {
    const key = picture.fingerprint + (picture.isTiny ? ' tiny' : '');
    const first = distinct.get(key);
    if (first === undefined) distinct.set(key, picture);
    else groups.join(first.id, picture.id);
  }
  const all = [...distinct.values()];
  pairUp(
    all.filter(({ isTiny }) => !isTiny),
    ofPhotographs,
    groups,
  );
  pairUp(
    all.filter(({ isTiny }) => isTiny),
    ofTiny,
    groups,
  );
  return groups.byMember();
}

/** Joins those within the tolerance. */
function pairUp(pictures: readonly Fingerprinted[], tolerance: Tolerance, groups: Groups): void {
  const hashes = new Uint32Array(pictures.length * words);
  const levels = new Uint8Array(pictures.length * coarseLevels);
  pictures.forEach(({ fingerprint }, at) => {
    for (let word = 0; word < words; word++) {
      hashes[at * words + word] = parseInt(fingerprint.slice(word * 8, word * 8 + 8), 16);
    }
    for (let cell = 0; cell < coarseLevels; cell++) {
      const from = hashBits / 4 + 2 * cell;
      levels[at * coarseLevels + cell] = parseInt(fingerprint.slice(from, from + 2), 16);
    }
  });
  const alike = (a: number, b: number): boolean =>
    isWithinBits(hashes, a, b, tolerance.bits) && isWithinLevels(levels, a, b, tolerance.levels);
  const parts = tolerance.bits + 1;
  for (let part = 0; part < parts; part++) {
    const buckets = new Map<number, number[]>();
    for (let at = 0; at < pictures.length; at++) {
      const key = partOf(hashes, at, part, parts);
      const bucket = buckets.get(key);
      if (bucket === undefined) {
        buckets.set(key, [at]);
        continue;
      }
      for (const other of bucket) {
        if (alike(at, other)) {
          groups.join((pictures[other] as Fingerprinted).id, (pictures[at] as Fingerprinted).id);
        }
      }
      bucket.push(at);
    }
  }
}

/** Every `parts`-th bit, from bit `part` on: such a part sees all of the picture, not one edge that may be blank. */
function partOf(hashes: Uint32Array, at: number, part: number, parts: number): number {
  let key = 0;
  for (let bit = part; bit < hashBits; bit += parts) {
    key = (key << 1) | (((hashes[at * words + (bit >>> 5)] as number) >>> (bit & 31)) & 1);
  }
  return key;
}

function isWithinBits(hashes: Uint32Array, a: number, b: number, most: number): boolean {
  let bits = 0;
  for (let word = 0; word < words; word++) {
    bits += bitCount((hashes[a * words + word] as number) ^ (hashes[b * words + word] as number));
    if (bits > most) return false;
  }
  return true;
}

function isWithinLevels(levels: Uint8Array, a: number, b: number, most: number): boolean {
  let sum = 0;
  for (let cell = 0; cell < coarseLevels; cell++) {
    sum += Math.abs(
      (levels[a * coarseLevels + cell] as number) - (levels[b * coarseLevels + cell] as number),
    );
  }
  return sum <= most * coarseLevels;
}

/** The hash of a fingerprint, in words. */
export const hashOf = (fingerprint: string): Uint32Array =>
  Uint32Array.from({ length: words }, (_, word) => parseInt(fingerprint.slice(word * 8, word * 8 + 8), 16));

/** The bits in which two hashes differ, of 128. */
export function hashDistance(a: Uint32Array, b: Uint32Array): number {
  let bits = 0;
  for (let word = 0; word < words; word++) bits += bitCount((a[word] as number) ^ (b[word] as number));
  return bits;
}

/** The number of ones in a 32-bit word (Hacker's Delight, 5-1). */
function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Disjoint sets of ids, each known by its smallest (union by value, with path halving). */
export class Groups {
  readonly #parents = new Map<number, number>();

  join(a: number, b: number): void {
    const [one, other] = [this.rootOf(a), this.rootOf(b)];
    this.#parents.set(Math.max(one, other), Math.min(one, other));
    if (!this.#parents.has(Math.min(one, other)))
      this.#parents.set(Math.min(one, other), Math.min(one, other));
  }

  /** The smallest id of the set that it belongs to; itself where it was never joined. */
  rootOf(id: number): number {
    let at = id;
    for (;;) {
      const parent = this.#parents.get(at) ?? at;
      if (parent === at) return at;
      const above = this.#parents.get(parent) ?? parent;
      this.#parents.set(at, above);
      at = above;
    }
  }

  /** For each id that was joined the smallest of its set. */
  byMember(): Map<number, number> {
    return new Map([...this.#parents.keys()].map((id) => [id, this.rootOf(id)] as const));
  }
}
