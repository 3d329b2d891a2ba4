import { open, type FileHandle } from 'node:fs/promises';
import type { PictureFile } from '../../core/tasks.ts';
import { DiskFile, readingError } from './disk-files.ts';
import { ZipEntry } from './zip-entry.ts';

/** Reads picture files that another process has found; an archive stays open between the files of it. */
export class LocatedFiles implements AsyncDisposable {
  readonly #archives = new Map<string, Promise<FileHandle>>();

  /** The whole file. Rejects with `fileNotFound` or `fileUnreadable`. */
  async read(file: PictureFile): Promise<Uint8Array> {
    if (file.kind === 'disk') return new DiskFile('', file.path).read();
    const archive = { file: await this.#open(file.archive), path: file.archive };
    return new ZipEntry('', file.path, archive, file.entry).read();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opened of this.#archives.values()) await (await opened.catch(() => null))?.close();
  }

  #open(path: string): Promise<FileHandle> {
    const opened =
      this.#archives.get(path) ??
      open(path).catch((error: unknown) => {
        throw readingError(error, path);
      });
    this.#archives.set(path, opened);
    return opened;
  }
}
