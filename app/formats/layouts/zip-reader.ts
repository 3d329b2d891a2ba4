import type { FileHandle } from 'node:fs/promises';
import yauzl from 'yauzl';

const windowLength = 1024 ** 2;

/**
 * A file as yauzl reads it. The list of an archive's entries is read in two small pieces an entry; they are served from
 * a window, without which a list of 60,000 takes several seconds.
 */
export class WindowedReader extends yauzl.RandomAccessReader {
  readonly #file: FileHandle;
  #window = Buffer.alloc(0);
  #start = 0;

  constructor(file: FileHandle) {
    super();
    this.#file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const from = position - this.#start;
    if (from >= 0 && from + length <= this.#window.length) {
      this.#window.copy(buffer, offset, from, from + length);
      callback(null);
      return;
    }
    this.#refill(position, length).then(
      () => {
        this.#window.copy(buffer, offset, 0, length);
        callback(this.#window.length < length ? new Error('it ends too early') : null);
      },
      (error: Error) => callback(error),
    );
  }

  /** The owner of the file closes it. */
  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }

  async #refill(position: number, length: number): Promise<void> {
    const wanted = Buffer.allocUnsafe(Math.max(length, windowLength));
    const { bytesRead } = await this.#file.read(wanted, 0, wanted.length, position);
    this.#window = wanted.subarray(0, bytesRead);
    this.#start = position;
  }
}
