import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Tensor } from '../../app/engine/index.ts';
import { readSafetensors, toFloatTensor, type SafetensorsFile } from '../../app/formats/safetensors.ts';

/** Values that PyTorch gave (fixtures/make_golden.py and make_captures.py), by name. */
export class Golden {
  readonly #file: SafetensorsFile;
  readonly #path: string;

  constructor(name: 'operators' | 'networks' | 'training' | 'captures' | 'architectures' | 'pretrained') {
    this.#path = `${import.meta.dirname}/fixtures/${name}.safetensors`;
    this.#file = readSafetensors(readFileSync(this.#path), this.#path);
  }

  /** The JSON that the script left beside the tensors. */
  described(key: string): unknown {
    return JSON.parse(this.#file.metadata[key] ?? 'null');
  }

  has(name: string): boolean {
    return this.#file.tensors.has(name);
  }

  tensor(name: string): Tensor {
    return toFloatTensor(this.#stored(name), name, this.#path);
  }

  scalar(name: string): number {
    return this.tensor(name).data[0] ?? Number.NaN;
  }

  /** All tensors below a folder, by the rest of their names. */
  below(folder: string): Record<string, Tensor> {
    const prefix = `${folder}/`;
    const names = [...this.#file.tensors.keys()].filter((name) => name.startsWith(prefix));
    return Object.fromEntries(names.map((name) => [name.slice(prefix.length), this.tensor(name)]));
  }

  bytes(name: string): Uint8Array {
    return Uint8Array.from(this.#stored(name).bytes);
  }

  int32(name: string): Int32Array {
    return new Int32Array(this.bytes(name).buffer as ArrayBuffer);
  }

  uint16(name: string): Uint16Array {
    return new Uint16Array(this.bytes(name).buffer as ArrayBuffer);
  }

  #stored(name: string) {
    const stored = this.#file.tensors.get(name);
    if (stored === undefined) throw new Error(`${this.#path} holds no ${name}`);
    return stored;
  }
}

/** What must be there. */
export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value of the test is missing');
  return value;
}

/** ‖a − b‖ ÷ ‖b‖; infinite where a is not finite. */
export function relativeError(a: Float32Array, b: Float32Array): number {
  let difference = 0;
  let size = 0;
  b.forEach((value, at) => {
    difference += ((a[at] ?? Number.NaN) - value) ** 2;
    size += value ** 2;
  });
  const error = Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-20);
  return Number.isFinite(error) ? error : Number.POSITIVE_INFINITY;
}

/** The same shape, and values as near as float32 sums are. */
export function expectNear(actual: Tensor, golden: Tensor, what: string, tolerance: number): void {
  expect([...actual.shape], what).toEqual([...golden.shape]);
  expect(actual.data.length, what).toBe(golden.data.length);
  expect(relativeError(actual.data, golden.data), what).toBeLessThanOrEqual(tolerance);
}
