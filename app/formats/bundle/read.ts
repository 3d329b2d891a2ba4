import { buffer } from 'node:stream/consumers';
import { TesseraError } from '../../contract/index.ts';
import { ZipArchive } from '../layouts/zip-archive.ts';
import type { bundleName } from './names.ts';

/** Of any one file in it, bytes: the largest network that we write has half a gigabyte of weights. */
const greatestFile = 2 * 1024 ** 3;

/** Whether a path is that of a bundle rather than of a model's bare file. */
export const isBundle = (path: string): boolean => path.toLowerCase().endsWith('.zip');

/** A bundle that is open: the bytes of its files by name. */
export class Bundle implements AsyncDisposable {
  readonly #path: string;
  readonly #archive: ZipArchive;

  private constructor(path: string, archive: ZipArchive) {
    this.#path = path;
    this.#archive = archive;
  }

  /** Throws what `ZipArchive.open` throws. */
  static async open(path: string): Promise<Bundle> {
    return new Bundle(path, await ZipArchive.open(path));
  }

  /** Throws `fileMalformed` where it is not there, and `fileUnreadable` where it is damaged. */
  async read(name: (typeof bundleName)[keyof typeof bundleName]): Promise<Uint8Array> {
    const file = this.#archive.contents.files.find((each) => each.name === name);
    if (file === undefined) this.#refuse(`it holds no ${name}`);
    if ((await file.size()) > greatestFile) this.#refuse(`its ${name} is larger than 2 GB`);
    return buffer(file.stream());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#archive[Symbol.asyncDispose]();
  }

  #refuse(reason: string): never {
    throw new TesseraError('fileMalformed', { path: this.#path, format: 'model bundle', reason });
  }
}
