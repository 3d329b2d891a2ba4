import { calling, type NativeDataSet } from './binding.ts';
import { shapeMismatch } from './shapes.ts';

export interface DataSetOptions {
  /** `bytes`: pictures, uint8 [H, W, C]. `numbers`: float32 [C, H, W], which go into the first layer untouched. */
  kind: 'bytes' | 'numbers';
  /** Values of one picture. */
  size: number;
  /** Class indices, one for each picture. */
  labels: Int32Array;
}

/**
 * Pictures with their labels in native memory, so that an epoch needs no JavaScript. Filled once, by `write`; several
 * networks may read it. Throws `shapeMismatch`, also on use after `dispose()`.
 */
export class DataSet implements Disposable {
  readonly count: number;
  readonly size: number;
  readonly #native: NativeDataSet;

  /** Allocates memory for all pictures at once. */
  constructor({ kind, size, labels }: DataSetOptions) {
    if (!Number.isInteger(size) || size < 1)
      throw shapeMismatch('data set', `a picture cannot have ${size} values`);
    this.#native = calling((addon) => new addon.NativeDataSet({ kind, size }, labels));
    this.count = labels.length;
    this.size = size;
  }

  /** Copies whole pictures into the rows from `first` on. Not once a network has read the set. */
  write(first: number, pictures: Uint8Array | Float32Array): void {
    calling(() => this.#native.write(first, pictures));
  }

  /** For `Network`. */
  get native(): NativeDataSet {
    return this.#native;
  }

  /** Gives the memory back as soon as no call works with it any more. */
  dispose(): void {
    this.#native.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
