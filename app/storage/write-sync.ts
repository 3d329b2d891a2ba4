import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isHeldByAnother, removeQuietly } from './files.ts';

/** Waits before a rename is tried again, ms. */
const renameWaits = [5, 10, 20, 50, 100];

/**
 * `writeFileAtomic` for the store, whose methods are synchronous: wholly there and on the disk when it returns,
 * or not there at all. The folder above the file's own must exist or be made along with it.
 */
export function writeFileAtomicSync(path: string, data: string): void {
  const folder = dirname(path);
  makeFolderSync(folder);
  const temporary = `${path}.tmp`;
  try {
    writeFileSync(temporary, data, { flush: true });
    renamePatientlySync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  syncFolders(folder, dirname(folder));
}

/**
 * Gives a file its name, also where something holds either of them for a moment: virus scanners and indexers on Windows. The
 * whole process waits meanwhile, so not as long as `renamePatiently`.
 */
export function renamePatientlySync(from: string, to: string): void {
  for (const wait of renameWaits) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (!isHeldByAnother(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
    }
  }
  renameSync(from, to);
}

/**
 * Makes a folder and those above it. Step by step: Node's own recursive making never ends where a folder can be neither
 * made nor found, as below `/proc`.
 */
export function makeFolderSync(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(folder);
  if (parent !== folder && !existsSync(parent)) makeFolderSync(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else was faster.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/** Brings the bytes of a file to the disk. */
export function syncFile(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Brings the names in folders to the disk. Windows does that itself and cannot open a folder. */
export function syncFolders(...folders: string[]): void {
  if (process.platform === 'win32') return;
  for (const folder of folders) {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  }
}
