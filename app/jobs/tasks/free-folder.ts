import { readdir } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { TesseraError } from '../../contract/index.ts';

/**
 * Whether a folder may be filled: it is new or empty, and not a part of the project but its `exports`. Throws `folderTaken`.
 */
export async function checkFreeFolder(out: string, projectPath: string | null): Promise<void> {
  if (projectPath !== null) {
    const inside = `${resolve(projectPath)}${sep}`;
    if (resolve(out) === resolve(projectPath) || (out.startsWith(inside) && !isInExports(out, inside))) {
      throw new TesseraError('folderTaken', { path: out });
    }
  }
  const found = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new TesseraError('folderTaken', { path: out }, { cause: error });
  });
  if (found.length > 0) throw new TesseraError('folderTaken', { path: out });
}

const isInExports = (out: string, project: string): boolean => out.startsWith(`${project}exports${sep}`);
