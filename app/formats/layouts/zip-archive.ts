import { isUtf8 } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { TesseraError } from '../../contract/index.ts';
import type { ZippedFile } from '../../core/tasks.ts';
import { readingError } from './disk-files.ts';
import { isHidden } from './file-kinds.ts';
import type { SourceFiles } from './source-file.ts';
import { ZipEntry } from './zip-entry.ts';
import { foldedName, unsafeEntry } from './zip-names.ts';
import { WindowedReader } from './zip-reader.ts';

const greatestEntryCount = 1_000_000;
/** Bytes that all entries together may unpack to. */
const greatestTotal = 256 * 1024 ** 3;
const greatestRatio = 200;
/** Up to this size nobody minds how well a file or an archive was compressed, bytes. */
const harmlessSize = 64 * 1024 ** 2;
/** Bit 11 of an entry's flags: its name is UTF-8. */
const utf8Flag = 0x800;

/** A zip that is open for reading; nothing of it is unpacked to the disk. */
export class ZipArchive implements AsyncDisposable {
  readonly #file: FileHandle;
  /** Its files; hidden ones are left out. */
  readonly contents: SourceFiles;

  private constructor(file: FileHandle, contents: SourceFiles) {
    this.#file = file;
    this.contents = contents;
  }

  /**
   * Lists an archive. `prefix` is put before the names. Throws `fileNotFound`, `fileUnreadable`, `fileMalformed`, and
   * `archiveUnsafe` where an entry would not stay in the archive's folder, or where it is encrypted or a bomb.
   */
  static async open(path: string, prefix = '', signal?: AbortSignal): Promise<ZipArchive> {
    const file = await open(path).catch((error: unknown) => {
      throw readingError(error, path);
    });
    try {
      const zip = await openList(file, path);
      return new ZipArchive(file, await new Contents(file, path, prefix).read(zip, signal));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

async function openList(file: FileHandle, path: string): Promise<ZipFile> {
  const { size } = await file.stat();
  // Names stay bytes: yauzl would refuse the archive for some of them without saying which file it was.
  const options = { decodeStrings: false, autoClose: false };
  const zip = await yauzl
    .fromRandomAccessReaderPromise(new WindowedReader(file), size, options)
    .catch((error: unknown) => {
      throw malformed(error, path);
    });
  if (zip.entryCount > greatestEntryCount) {
    refuse(path, `it holds more than ${greatestEntryCount.toLocaleString('en-US')} files`);
  }
  return zip;
}

/** The entries of an archive as they are gone through. */
class Contents {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #prefix: string;
  readonly #found: SourceFiles = { files: [], skipped: [] };
  /** Folded names of files. */
  readonly #taken = new Set<string>();
  #total = 0;

  constructor(file: FileHandle, path: string, prefix: string) {
    this.#file = file;
    this.#path = path;
    this.#prefix = prefix;
  }

  async read(zip: ZipFile, signal?: AbortSignal): Promise<SourceFiles> {
    try {
      for await (const entry of zip.eachEntry()) {
        signal?.throwIfAborted();
        this.#add(entry);
      }
    } catch (error) {
      throw malformed(error, this.#path);
    }
    if (isBomb(this.#total, zip.fileSize)) refuse(this.#path, tooDense);
    return this.#found;
  }

  #add(entry: Entry): void {
    const name = nameOf(entry);
    const reason = unsafeEntry(name, entry.externalFileAttributes >>> 16);
    if (reason !== null) refuse(this.#path, reason);
    if (name.endsWith('/')) return;
    this.#checkTwin(name);
    this.#checkSize(entry);
    const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (segments.length === 0 || segments.some(isHidden)) return;
    const path = `${this.#path}/${segments.join('/')}`;
    const listed = listedEntry(entry);
    if (!hasReadableName(entry)) {
      this.#found.skipped.push({ path, reason: 'its name is not valid UTF-8' });
    } else if (listed === null) {
      const method = `it is compressed in a way that Tessera does not read (${entry.compressionMethod})`;
      this.#found.skipped.push({ path, reason: method });
    } else {
      this.#found.files.push(
        new ZipEntry(this.#prefix + segments.join('/'), path, { file: this.#file, path: this.#path }, listed),
      );
    }
  }

  #checkTwin(name: string): void {
    const folded = foldedName(name);
    if (this.#taken.has(folded)) {
      refuse(this.#path, `it holds two files that some systems take for one, ${JSON.stringify(name)}`);
    }
    this.#taken.add(folded);
  }

  #checkSize(entry: Entry): void {
    if (entry.isEncrypted()) refuse(this.#path, encrypted);
    if (isBomb(entry.uncompressedSize, entry.compressedSize)) refuse(this.#path, tooDense);
    this.#total += entry.uncompressedSize;
    if (this.#total > greatestTotal) {
      refuse(this.#path, `it would unpack to more than ${greatestTotal / 1024 ** 3} GB`);
    }
  }
}

const encrypted = 'it is encrypted; unpack it, then choose the folder';
const tooDense = `it would unpack to more than ${greatestRatio} times its size`;

const isBomb = (unpacked: number, packed: number): boolean =>
  unpacked > harmlessSize && unpacked > packed * greatestRatio;

/** Many programs write UTF-8 without saying so; what is no UTF-8 is in the code page of the first PCs. */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  const flags = generalPurposeBitFlag | (isUtf8(fileNameRaw) ? utf8Flag : 0);
  return yauzl.getFileNameLowLevel(flags, fileNameRaw, extraFields, true);
}

const hasReadableName = ({ generalPurposeBitFlag, fileNameRaw }: Entry): boolean =>
  (generalPurposeBitFlag & utf8Flag) === 0 || isUtf8(fileNameRaw);

function listedEntry(entry: Entry): ZippedFile | null {
  const { compressionMethod: method, relativeOffsetOfLocalHeader: offset } = entry;
  if (method !== 0 && method !== 8) return null;
  const { compressedSize, uncompressedSize: size, crc32 } = entry;
  return { method, offset, compressedSize, size, crc32 };
}

function malformed(error: unknown, path: string): unknown {
  if (error instanceof TesseraError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (/encryption/.test(reason)) return new TesseraError('archiveUnsafe', { path, reason: encrypted });
  return new TesseraError('fileMalformed', { path, format: 'zip', reason }, { cause: error });
}

function refuse(path: string, reason: string): never {
  throw new TesseraError('archiveUnsafe', { path, reason });
}
