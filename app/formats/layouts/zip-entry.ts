import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, createInflateRaw, inflateRaw, inflateRawSync } from 'node:zlib';
import { TesseraError } from '../../contract/index.ts';
import type { PictureFile, ZippedFile } from '../../core/tasks.ts';
import { inflated } from './inflate.ts';
import { greatestWhole, type SourceFile } from './source-file.ts';

const headerLength = 30;
const headerSignature = 0x04034b50;
const chunkLength = 256 * 1024;
/** Below this many bytes handing the work to a thread costs more than the work. */
const smallEnough = 64 * 1024;
const inflateInThread = promisify(inflateRaw);

/** A file in a zip. It never becomes longer than the archive's list says, whatever its data holds. */
export class ZipEntry implements SourceFile {
  readonly name: string;
  readonly path: string;
  readonly #archive: FileHandle;
  readonly #listed: ZippedFile;
  readonly #archivePath: string;

  /** `archive` is open; `archivePath` is where it lies. */
  constructor(
    name: string,
    path: string,
    { file, path: archivePath }: { file: FileHandle; path: string },
    listed: ZippedFile,
  ) {
    this.name = name;
    this.path = path;
    this.#archive = file;
    this.#archivePath = archivePath;
    this.#listed = listed;
  }

  get location(): PictureFile {
    return { kind: 'zipped', path: this.path, archive: this.#archivePath, entry: this.#listed };
  }

  size(): Promise<number> {
    return Promise.resolve(this.#listed.size);
  }

  async read(): Promise<Uint8Array> {
    const { compressedSize, size } = this.#listed;
    if (Math.max(compressedSize, size) > greatestWhole) {
      throw this.#unreadable(`it is larger than ${greatestWhole / 1024 ** 2} MB`);
    }
    const stored = await this.#readAt(await this.#dataStart(), compressedSize);
    const bytes = await this.#whole(stored);
    if (bytes.length !== size || crc32(bytes) !== this.#listed.crc32) throw this.#unreadable(damaged);
    return bytes;
  }

  async *stream(): AsyncIterable<Uint8Array> {
    let length = 0;
    let checksum = 0;
    for await (const chunk of this.#unpacked()) {
      length += chunk.length;
      if (length > this.#listed.size) throw this.#unreadable(longer);
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    if (length !== this.#listed.size || checksum !== this.#listed.crc32) throw this.#unreadable(damaged);
  }

  async #whole(stored: Buffer): Promise<Buffer> {
    if (this.#listed.method === 0) return stored;
    // zlib takes no limit of 0; one byte too many is found by the comparison of lengths.
    const limit = { maxOutputLength: this.#listed.size + 1 };
    try {
      return stored.length < smallEnough
        ? inflateRawSync(stored, limit)
        : await inflateInThread(stored, limit);
    } catch (error) {
      throw this.#unreadable(isTooLarge(error) ? longer : damaged, error);
    }
  }

  async *#unpacked(): AsyncIterable<Uint8Array> {
    if (this.#listed.method === 0) return yield* this.#stored();
    try {
      yield* inflated(this.#stored(), createInflateRaw());
    } catch (error) {
      throw error instanceof TesseraError ? error : this.#unreadable(damaged, error);
    }
  }

  async *#stored(): AsyncIterable<Uint8Array> {
    const start = await this.#dataStart();
    const { compressedSize } = this.#listed;
    for (let from = 0; from < compressedSize; from += chunkLength) {
      yield await this.#readAt(start + from, Math.min(chunkLength, compressedSize - from));
    }
  }

  /** Behind the entry's own header, whose name and extra field may be longer than those in the list. */
  async #dataStart(): Promise<number> {
    const header = await this.#readAt(this.#listed.offset, headerLength);
    if (header.readUInt32LE(0) !== headerSignature) throw this.#unreadable(damaged);
    return this.#listed.offset + headerLength + header.readUInt16LE(26) + header.readUInt16LE(28);
  }

  async #readAt(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.#archive.read(buffer, 0, length, position).catch((error: unknown) => {
      throw this.#unreadable(damaged, error);
    });
    if (bytesRead < length) throw this.#unreadable(damaged);
    return buffer;
  }

  #unreadable(reason: string, cause?: unknown): TesseraError {
    return new TesseraError('fileUnreadable', { path: this.path, reason }, { cause });
  }
}

const damaged = 'it is damaged in the archive';
const longer = 'it is longer than the archive says';

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
