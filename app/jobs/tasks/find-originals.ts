import { hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Referenced, Task, TaskResults } from '../../core/tasks.ts';
import { walkFolder } from '../../formats/layouts/disk-files.ts';
import type { SourceFile } from '../../formats/layouts/source-file.ts';
import type { TaskContext } from './context.ts';
import { filesDone } from './progress-detail.ts';

/**
 * Looks below a folder for the originals that are not where the project refers to, and tells them by their bytes: only files of
 * a length that is looked for are read. Throws `fileNotFound` and `fileUnreadable` for the folder itself; what cannot be read
 * below it is passed over.
 */
export async function runFindOriginals(
  { folder, references = {} }: Extract<Task, { kind: 'findOriginals' }>,
  { signal, progress }: Pick<TaskContext, 'signal' | 'progress'>,
): Promise<TaskResults['findOriginals']> {
  progress(0, null, 'Looking for pictures');
  const { files } = await walkFolder(folder, '', signal);
  const wanted = new Map<string, Referenced>();
  for (const [id, file] of Object.entries(references)) {
    signal.throwIfAborted();
    if (!(await isThere(file))) wanted.set(id, file);
  }
  const lengths = new Set([...wanted.values()].map(({ bytes }) => bytes));
  const found: { hash: string; path: string }[] = [];
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    if (wanted.size === 0) break;
    const id = await idOf(file, lengths);
    if (id !== null && wanted.delete(id)) found.push({ hash: id, path: file.path });
    if (index % 50 === 0) progress(index, files.length, filesDone(index, files.length));
  }
  return { found, missing: wanted.size };
}

/** By its length: another file of the same length is noticed when it is read. */
async function isThere({ path, bytes }: Referenced): Promise<boolean> {
  const there = await stat(path).catch(() => null);
  return there !== null && there.isFile() && there.size === bytes;
}

/** SHA-256 in hex of a file that may be one of those; null where it cannot be, or cannot be read. */
async function idOf(file: SourceFile, lengths: ReadonlySet<number>): Promise<string | null> {
  try {
    return lengths.has(await file.size()) ? hash('sha256', await file.read()) : null;
  } catch {
    return null;
  }
}
