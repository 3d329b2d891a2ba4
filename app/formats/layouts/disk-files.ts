import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import * as fs from 'node:fs';
import { constants } from 'node:fs';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf, TesseraError } from '../../contract/index.ts';
import type { PictureFile, SkippedFile } from '../../core/tasks.ts';
import { isHidden } from './file-kinds.ts';
import { greatestWhole, type SourceFile, type SourceFiles } from './source-file.ts';

/**
 * Never through a link, and without waiting for a writer where a pipe bears the name; neither flag exists on Windows,
 * where neither can happen.
 */
const readSafely = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const chunkLength = 256 * 1024;
const openFile = promisify(fs.open);
const readFile = promisify(fs.read);

/** A regular file on the disk. */
export class DiskFile implements SourceFile {
  readonly name: string;
  readonly path: string;

  constructor(name: string, path: string) {
    this.name = name;
    this.path = path;
  }

  get location(): PictureFile {
    return { kind: 'disk', path: this.path };
  }

  async size(): Promise<number> {
    return this.#with((_file, size) => size);
  }

  async read(): Promise<Uint8Array> {
    return this.#with((file, size) => {
      if (size > greatestWhole) throw this.#unreadable(`it is larger than ${greatestWhole / 1024 ** 2} MB`);
      return contentsOf(file, size);
    });
  }

  async *stream(): AsyncIterable<Uint8Array> {
    const file = await this.#open();
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkLength), 0, chunkLength);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } catch (error) {
      throw readingError(error, this.path);
    } finally {
      await file.close();
    }
  }

  /** By its number rather than a `FileHandle`: what an import reads by the ten thousands costs a third so. */
  async #with<T>(work: (file: number, size: number) => T | Promise<T>): Promise<T> {
    const file = await openFile(this.path, readSafely).catch((error: unknown) => {
      throw readingError(error, this.path);
    });
    try {
      const stats = fs.fstatSync(file);
      if (!stats.isFile()) throw this.#unreadable(notRegular);
      return await work(file, stats.size);
    } catch (error) {
      throw readingError(error, this.path);
    } finally {
      fs.closeSync(file);
    }
  }

  /** What was a regular file when the folder was listed may be another thing by now. */
  async #open(): Promise<FileHandle> {
    const file = await open(this.path, readSafely).catch((error: unknown) => {
      throw readingError(error, this.path);
    });
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw this.#unreadable(notRegular);
  }

  #unreadable(reason: string): TesseraError {
    return new TesseraError('fileUnreadable', { path: this.path, reason });
  }
}

/** To its end, wherever that is by now. */
async function contentsOf(file: number, size: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  // One byte more than there should be: who does not get it has come to the end.
  let buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await readFile(file, buffer, length, buffer.length - length, null);
    length += bytesRead;
    if (bytesRead === 0 || (parts.length === 0 && length === size)) break;
    if (length < buffer.length) continue;
    parts.push(buffer);
    buffer = Buffer.allocUnsafe(chunkLength);
    length = 0;
  }
  const rest = buffer.subarray(0, length);
  return parts.length === 0 ? rest : Buffer.concat([...parts, rest]);
}

/** What lies in one folder: names, not paths. Hidden entries are left out. */
export interface Listing {
  files: string[];
  folders: string[];
  skipped: SkippedFile[];
}

const notRegular = 'it is not a regular file';

/** Rejects with `fileNotFound` or `fileUnreadable`. */
export async function listFolder(path: string): Promise<Listing> {
  // As bytes: a name that is no UTF-8 could not be opened again once it was made a string.
  const entries = await readdir(path, { withFileTypes: true, encoding: 'buffer' }).catch((error: unknown) => {
    throw readingError(error, path);
  });
  const listing: Listing = { files: [], folders: [], skipped: [] };
  for (const entry of entries) {
    const name = entry.name.toString();
    if (isHidden(name)) continue;
    const reason = isUtf8(entry.name) ? passedOver(entry) : 'its name is not valid UTF-8; rename it';
    if (reason !== null) listing.skipped.push({ path: join(path, name), reason });
    else (entry.isDirectory() ? listing.folders : listing.files).push(name);
  }
  return listing;
}

function passedOver(entry: Dirent<Buffer>): string | null {
  if (entry.isSymbolicLink()) return 'it is a link; links are not followed';
  return entry.isFile() || entry.isDirectory() ? null : notRegular;
}

/**
 * Every regular file below a folder, in no order. Folders that cannot be read, links and names that are no UTF-8 are
 * passed over with the reason. `prefix` is put before the names. Rejects like `listFolder` for the folder itself.
 */
export async function walkFolder(path: string, prefix = '', signal?: AbortSignal): Promise<SourceFiles> {
  const found: SourceFiles = { files: [], skipped: [] };
  const visit = async (folder: string, name: string, listing: Listing): Promise<void> => {
    signal?.throwIfAborted();
    for (const file of listing.skipped) found.skipped.push(file);
    for (const file of listing.files) found.files.push(new DiskFile(name + file, join(folder, file)));
    for (const below of listing.folders) {
      const inner = join(folder, below);
      const listed = await listFolder(inner).catch((error: unknown) => {
        found.skipped.push({ path: inner, reason: reasonOf(error) });
        return null;
      });
      if (listed !== null) await visit(inner, `${name}${below}/`, listed);
    }
  };
  await visit(path, prefix, await listFolder(path));
  return found;
}

/** What a person is told when the system refuses to read. */
export function readingError(error: unknown, path: string): TesseraError {
  if (error instanceof TesseraError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return new TesseraError('fileNotFound', { path }, { cause: error });
  const known = typeof code === 'string' ? systemReasons.get(code) : undefined;
  const reason = known ?? (error instanceof Error ? error.message : String(error));
  return new TesseraError('fileUnreadable', { path, reason }, { cause: error });
}

const systemReasons = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ELOOP', 'it is a link; links are not followed'],
  ['ENXIO', notRegular],
  ['EIO', 'the disk reported an error'],
  ['ENAMETOOLONG', 'its path is too long'],
]);
