/**
 * Thousands of small files, each of them whole or absent. What waits for the disk is done beside other work in libuv's threads;
 * what only goes through the system's memory is done at once, because handing it to a thread costs several times as much.
 */
import { closeSync, existsSync, fsync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder, removeQuietly, renamePatiently, syncFolder, temporaryBeside } from './files.ts';

/** Files in flight; libuv's threads are the real limit, this only keeps them fed. */
const parallelWrites = 32;
const syncBytes = promisify(fsync);

export interface NewFile {
  path: string;
  data: Uint8Array;
}

/**
 * `writeFileAtomic` for many files whose names are made of their contents: one that exists is left as it is, and every folder
 * is synced once. When the promise resolves, all of them are on the disk.
 */
export async function writeManyAtomic(files: readonly NewFile[]): Promise<void> {
  await writeMany(files);
  // Also where nothing was written: the file that exists may be one whose name has not reached the disk yet.
  await syncNames(files.map(({ path }) => path));
}

/**
 * The first half of `writeManyAtomic`: the bytes are on the disk, and no file is ever seen that is not whole, but a loss of
 * power may take their names away until `syncNames` is done with them.
 */
export async function writeMany(files: readonly NewFile[]): Promise<void> {
  const byPath = new Map(files.map(({ path, data }) => [path, data]));
  const folders = new Set([...byPath.keys()].map((path) => dirname(path)));
  await inParallel(folders, async (folder) => {
    if (!existsSync(folder)) await makeFolder(folder);
  });
  await inParallel(byPath, ([path, data]) => writeWhole(path, data));
}

/** When the promise resolves, the names of these files are on the disk. Each of their folders is synced once. */
export async function syncNames(paths: readonly string[]): Promise<void> {
  await inParallel(new Set(paths.map((path) => dirname(path))), syncFolder);
}

async function writeWhole(path: string, data: Uint8Array): Promise<void> {
  if (existsSync(path)) return;
  const temporary = temporaryBeside(path);
  try {
    const file = openSync(temporary, 'wx');
    try {
      writeFileSync(file, data);
      await syncBytes(file);
    } finally {
      closeSync(file);
    }
    await takeName(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
}

/** At once where nobody holds the file, which is always so but on Windows. */
async function takeName(temporary: string, path: string): Promise<void> {
  try {
    renameSync(temporary, path);
  } catch {
    await renamePatiently(temporary, path);
  }
}

async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: parallelWrites }, worker));
}
