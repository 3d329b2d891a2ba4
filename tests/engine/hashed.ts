/** Numbers from a hash, the same as those of fixtures/make_architectures_golden.py: nothing large has to be kept. */
import type { Tensor } from '../../app/engine/index.ts';

/** FNV-1a of the name. */
function seedOf(name: string): number {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return seed;
}

/** Whole number `at` of 32 bits: the finaliser of MurmurHash3 over a counter. */
function hash(seed: number, at: number): number {
  let h = (Math.imul(at, 0x9e3779b1) + seed) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export function hashedPixels(name: string, count: number): Uint8Array {
  const seed = seedOf(name);
  return Uint8Array.from({ length: count }, (_, at) => hash(seed, at) >>> 24);
}

/**
 * A parameter or running statistic as it is before the first step: He-uniform weights, scales about 1, biases about 0, and
 * `shifts`, which are added behind a batch norm, about 2 or −2: few numbers then come near the bend of a ReLU, where rounding
 * alone decides whether a gradient passes.
 */
export function firstValue(name: string, shape: readonly number[], shifts: boolean): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const isScale = name.endsWith('running_var') || (name.endsWith('weight') && shape.length === 1);
  const spread = isScale ? 0.5 : shape.length > 1 ? Math.sqrt(6 / (count / (shape[0] ?? 1))) : 0.1;
  const middle = isScale ? 1 : 0;
  const seed = seedOf(name);
  const data = new Float32Array(count);
  for (let at = 0; at < count; at += 1) {
    const value = (hash(seed, at) >>> 8) / 2 ** 23 - 1;
    data[at] = shifts ? (value < -0.6 ? -2 : 2) + 0.5 * value : middle + spread * value;
  }
  return { data, shape };
}

/** A gradient's norm, and its products with four random vectors in [−1, 1]: the bytes of one hash. */
export function signature(name: string, gradient: Float32Array): number[] {
  const seed = seedOf(`${name}/projection`);
  const sums = [0, 0, 0, 0, 0];
  gradient.forEach((value, at) => {
    const h = hash(seed, at);
    sums[0] = (sums[0] ?? 0) + value * value;
    for (let place = 0; place < 4; place += 1) {
      sums[place + 1] = (sums[place + 1] ?? 0) + (((h >>> (8 * place)) & 255) / 127.5 - 1) * value;
    }
  });
  const [squares = 0, ...products] = sums;
  return [Math.sqrt(squares), ...products];
}
