import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * `writeFileAtomic` for the store, whose methods are synchronous: wholly there and on the disk when it returns,
 * or not there at all. The folder above the file's own must exist or be made along with it.
 */
export function writeFileAtomicSync(path: string, data: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = `${path}.tmp`;
  try {
    writeFileSync(temporary, data, { flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolders(folder, dirname(folder));
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
