import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TesseraError } from '../contract/index.ts';
import { refusalOf, systemCode } from '../core/disk-refusal.ts';
import { safeRelativePath } from './upload-names.ts';

const prefix = 'tessera-uploads-';
const day = 24 * 60 * 60 * 1000;
const uploadIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Upload {
  folder: string;
  bytes: number;
  begunAt: number;
  /** Relative paths, in lower case. */
  taken: Set<string>;
}

/**
 * Files that screens left, in a temporary folder of this process: removed when it ends, an upload after a day, and what
 * a killed process left behind a day later by the next one.
 */
export class Uploads implements AsyncDisposable {
  readonly #root = join(tmpdir(), prefix + randomBytes(8).toString('hex'));
  readonly #limit: number;
  readonly #uploads = new Map<string, Upload>();

  /** @param limit bytes that one upload may hold */
  constructor(limit: number = 4 * 1024 ** 3) {
    this.#limit = limit;
  }

  /**
   * Takes one file of an upload, as a stream.
   * Throws `invalidInput` for a name that leads out of the upload, `uploadTooLarge`, and `fileNotWritten`.
   */
  async receive(uploadId: string, name: string, body: AsyncIterable<Uint8Array>): Promise<void> {
    const relative = safeRelativePath(name);
    if (relative === null)
      throw new TesseraError('invalidInput', { what: 'The file name', reason: 'it is not safe' });
    const upload = await this.#upload(uploadId);
    const path = join(upload.folder, reserve(upload.taken, relative));
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await pipeline(body, this.#counted(upload), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined);
      if (systemCode(error) === null) throw error;
      throw new TesseraError(
        'fileNotWritten',
        { path: this.#root, reason: refusalOf(error) },
        { cause: error },
      );
    }
  }

  /** What was left at the top of an upload. Throws `uploadNotFound`. */
  async paths(uploadId: string): Promise<string[]> {
    const upload = this.#uploads.get(uploadId);
    if (upload === undefined) throw new TesseraError('uploadNotFound');
    const entries = await readdir(upload.folder);
    return entries.sort().map((entry) => join(upload.folder, entry));
  }

  /** Of a path below an upload, the relative path that the person knows; any other path as it is. */
  nameOf(path: string): string {
    if (!path.startsWith(this.#root + sep)) return path;
    const [, ...known] = path.slice(this.#root.length + 1).split(sep);
    return known.join('/');
  }

  /** Removes what earlier processes left for longer than a day. */
  async sweep(): Promise<void> {
    for (const entry of await readdir(tmpdir())) {
      if (!entry.startsWith(prefix)) continue;
      const folder = join(tmpdir(), entry);
      const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs > day) await rm(folder, { recursive: true, force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }

  async #upload(uploadId: string): Promise<Upload> {
    if (!uploadIdPattern.test(uploadId)) {
      throw new TesseraError('invalidInput', { what: 'The upload id', reason: 'it is not a UUID' });
    }
    await this.#removeOld();
    const known = this.#uploads.get(uploadId);
    if (known) return known;
    const upload = {
      folder: join(this.#root, uploadId.toLowerCase()),
      bytes: 0,
      begunAt: Date.now(),
      taken: new Set<string>(),
    };
    this.#uploads.set(uploadId, upload);
    await mkdir(upload.folder, { recursive: true, mode: 0o700 });
    return upload;
  }

  async #removeOld(): Promise<void> {
    for (const [id, { folder, begunAt }] of this.#uploads) {
      if (Date.now() - begunAt < day) continue;
      this.#uploads.delete(id);
      await rm(folder, { recursive: true, force: true });
    }
  }

  #counted(upload: Upload): Transform {
    const limit = this.#limit;
    return new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        upload.bytes += chunk.byteLength;
        if (upload.bytes <= limit) done(null, chunk);
        else done(new TesseraError('uploadTooLarge', { limit: `${Math.round(limit / 1024 ** 2)} MB` }));
      },
    });
  }
}

/**
 * A path that no other file of the upload has: two pasted pictures are both called `image.png`, and some systems take
 * `A.png` and `a.png` for the same.
 */
function reserve(taken: Set<string>, path: string): string {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  let unused = path;
  for (let number = 2; taken.has(unused.toLowerCase()); number++) unused = `${stem} (${number})${extension}`;
  taken.add(unused.toLowerCase());
  return unused;
}
