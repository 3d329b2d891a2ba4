import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that changed within this time may still be on its way, ms. */
const settling = 2000;

export interface FolderNews {
  /** New or changed files by path, each with its stamp. */
  files: Map<string, string>;
  /** Some were changed so lately that they should be looked at again. */
  isSettling: boolean;
}

/**
 * The files below a folder that are not there in `seen` as they are now. Hidden ones and links are passed over. Null where
 * the folder cannot be read: its disk may be away.
 */
export async function newFiles(
  folder: string,
  seen: ReadonlyMap<string, string>,
  now: number,
): Promise<FolderNews | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return null;
  const news: FolderNews = { files: new Map(), isSettling: false };
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || isHidden(path.slice(folder.length))) continue;
    const found = await lstat(path).catch(() => null);
    if (found === null) continue;
    const stamp = `${found.size} ${Math.round(found.mtimeMs)}`;
    if (seen.get(path) === stamp) continue;
    if (Math.abs(now - found.mtimeMs) < settling) news.isSettling = true;
    else news.files.set(path, stamp);
  }
  return news;
}

const isHidden = (path: string): boolean => path.split(/[\\/]/).some((part) => part.startsWith('.'));
