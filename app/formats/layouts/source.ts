import { realpath, stat } from 'node:fs/promises';
import { basename, parse } from 'node:path';
import { TesseraError } from '../../contract/index.ts';
import { DiskFile, readingError, walkFolder } from './disk-files.ts';
import { isListName } from './file-kinds.ts';
import { inNaturalOrder } from './natural-order.ts';
import { headOf, type SourceFiles } from './source-file.ts';
import { ZipArchive } from './zip-archive.ts';

/** One of the paths that a person chose. */
export interface Root {
  kind: 'folder' | 'zip' | 'list' | 'file';
  path: string;
  /** Before the names of everything in it, or of itself. */
  prefix: string;
}

/**
 * What the chosen paths are. Several are named as if they lay together in one folder, and a zip as a folder of its name. Throws `fileNotFound` and `fileUnreadable`.
 */
export async function rootsOf(paths: readonly string[]): Promise<Root[]> {
  const found = await Promise.all(paths.map(kindOf));
  return found.map((root) => ({ ...root, prefix: found.length === 1 ? '' : prefixOf(root) }));
}

function prefixOf({ kind, path }: Omit<Root, 'prefix'>): string {
  if (kind === 'file' || kind === 'list') return '';
  return `${kind === 'zip' ? parse(path).name : basename(path)}/`;
}

/** A link that was chosen is followed, unlike those that are found. */
async function kindOf(chosen: string): Promise<Omit<Root, 'prefix'>> {
  const status = await stat(chosen).catch((error: unknown) => {
    throw readingError(error, chosen);
  });
  if (status.isDirectory()) return { kind: 'folder', path: chosen };
  const path = await realpath(chosen);
  if (!status.isFile()) {
    throw new TesseraError('fileUnreadable', { path, reason: 'it is neither a file nor a folder' });
  }
  if (isListName(path)) return { kind: 'list', path };
  return { kind: (await isZip(path)) ? 'zip' : 'file', path };
}

/** By its first bytes; and by its name, so that a broken one is called a broken zip. */
async function isZip(path: string): Promise<boolean> {
  if (/\.zip$/i.test(path)) return true;
  const head = Buffer.from(await headOf(new DiskFile('', path).stream(), 4)).toString('latin1');
  return head === 'PK\x03\x04' || head === 'PK\x05\x06';
}

/** Everything in some roots, in natural order, open until it is disposed. */
export class Source implements AsyncDisposable {
  readonly #archives = new AsyncDisposableStack();

  /** Throws what the walk of a folder or the opening of a zip throws. */
  async list(roots: readonly Root[], signal?: AbortSignal): Promise<SourceFiles> {
    const all: SourceFiles = { files: [], skipped: [] };
    for (const root of roots) {
      const { files, skipped } = await this.#filesOf(root, signal);
      // Not spread into `push`: there may be more of them than a call can have arguments.
      for (const file of files) all.files.push(file);
      for (const file of skipped) all.skipped.push(file);
    }
    return { files: inNaturalOrder(all.files), skipped: all.skipped };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#archives.disposeAsync();
  }

  async #filesOf({ kind, path, prefix }: Root, signal?: AbortSignal): Promise<SourceFiles> {
    switch (kind) {
      case 'folder':
        return walkFolder(path, prefix, signal);
      case 'zip':
        return this.#archives.use(await ZipArchive.open(path, prefix, signal)).contents;
      case 'list':
      case 'file':
        return { files: [new DiskFile(prefix + basename(path), path)], skipped: [] };
    }
  }
}
