import type { Pixels } from './pixels.ts';

/** Pictures that are decoded at the same time where nobody waits for one of them. */
const together = 16;

/** What makes one row's pixels, and where they go. */
export interface Decoding {
  rows: number;
  bytesEach: number;
  decode(row: number): Promise<Uint8Array>;
  write(row: number, pixels: Uint8Array): Promise<void>;
  read(row: number, into: Uint8Array): Promise<void>;
}

/**
 * Pictures that are decoded when somebody first asks for them, so that training may begin with those that come first.
 * Each is decoded once. What `gather` and `read` throw is what decoding throws.
 */
export class DecodingPixels implements Pixels {
  readonly #of: Decoding;
  /** By row, while it is decoded and written. */
  readonly #under = new Map<number, Promise<Uint8Array>>();
  readonly #done: Uint8Array;
  #count = 0;

  constructor(of: Decoding) {
    this.#of = of;
    this.#done = new Uint8Array(of.rows);
  }

  /** Rows that are decoded. */
  get count(): number {
    return this.#count;
  }

  async gather(rows: readonly number[], into: Uint8Array): Promise<void> {
    const { bytesEach } = this.#of;
    await Promise.all(
      rows.map((row, place) => this.#copy(row, into.subarray(place * bytesEach, (place + 1) * bytesEach))),
    );
  }

  async read(first: number, into: Uint8Array): Promise<void> {
    const rows = Array.from({ length: into.length / this.#of.bytesEach }, (_, at) => first + at);
    await this.gather(rows, into);
  }

  /** Decodes what nobody has asked for; then the file holds all of them. `decoded` is called after every few. */
  async decodeRest(signal: AbortSignal, decoded: (count: number) => void): Promise<void> {
    const missing = [...this.#done.keys()].filter((row) => this.#done[row] === 0);
    for (let from = 0; from < missing.length; from += together) {
      signal.throwIfAborted();
      await Promise.all(missing.slice(from, from + together).map((row) => this.#decoded(row)));
      decoded(this.#count);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#under.values());
  }

  async #copy(row: number, into: Uint8Array): Promise<void> {
    if (this.#done[row] === 1) await this.#of.read(row, into);
    else into.set(await this.#decoded(row));
  }

  #decoded(row: number): Promise<Uint8Array> {
    const known = this.#under.get(row);
    if (known !== undefined) return known;
    const decoding = this.#decodeOne(row).finally(() => this.#under.delete(row));
    this.#under.set(row, decoding);
    return decoding;
  }

  async #decodeOne(row: number): Promise<Uint8Array> {
    const pixels = await this.#of.decode(row);
    await this.#of.write(row, pixels);
    this.#done[row] = 1;
    this.#count++;
    return pixels;
  }
}
