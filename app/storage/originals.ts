import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemCode } from '../core/disk-refusal.ts';
import type { Database } from './database.ts';
import { imageFile, imagesFolder, snapshotsFolder } from './files.ts';
import { snapshotFiles } from './snapshots.ts';

const hashPattern = /^[0-9a-f]{64}$/;
/** What `writeFileAtomic` leaves where it is killed. */
const temporaryPattern = /^\..+\.tmp$/;
/** Lies there while there may be originals that no picture needs. */
const mark = (projectPath: string): string => join(projectPath, 'tessera.unused');

/** The hashes of the originals on the disk, each with the path of its file. */
export function originalsOnDisk(projectPath: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name } of filesOf(projectPath)) {
    if (hashPattern.test(name)) found.set(name, imageFile(projectPath, name));
  }
  return found;
}

/**
 * An import has ended whose worker may have written more than it told of; the next opening cleans up. A disk that refuses the
 * mark keeps what nobody needs, and loses nothing.
 */
export function markUnused(projectPath: string): void {
  if (!existsSync(imagesFolder(projectPath))) return;
  try {
    writeFileSync(mark(projectPath), '');
  } catch (error) {
    if (systemCode(error) === null) throw error;
  }
}

/** False where the system does not let go of a file that nobody needs: held by another program, or not ours to remove. */
export function removeIfPossible(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return false;
  }
}

export const isMarkedUnused = (projectPath: string): boolean => existsSync(mark(projectPath));

/**
 * Removes the originals that neither the project nor any of its snapshots knows. Only while nothing is imported: a worker
 * writes an original before it tells of it. A snapshot that cannot be read leaves everything where it is.
 */
export function sweepOriginals(database: Database): void {
  const { projectPath } = database;
  const needed = new Set(database.all<{ hash: string }>('SELECT hash FROM images').map(({ hash }) => hash));
  try {
    for (const { name } of snapshotFiles(projectPath)) {
      for (const hash of hashesIn(join(snapshotsFolder(projectPath), name))) needed.add(hash);
    }
  } catch {
    return;
  }
  let isClean = true;
  for (const { folder, name } of filesOf(projectPath)) {
    const isUnused = hashPattern.test(name) ? !needed.has(name) : temporaryPattern.test(name);
    if (isUnused && !removeIfPossible(join(folder, name))) isClean = false;
  }
  // What is held by another program now is tried again at the next opening.
  if (isClean) removeIfPossible(mark(projectPath));
}

function hashesIn(file: string): string[] {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    return connection
      .prepare('SELECT hash FROM images')
      .all()
      .map(({ hash }) => String(hash));
  } finally {
    connection.close();
  }
}

function filesOf(projectPath: string): { folder: string; name: string }[] {
  const folder = imagesFolder(projectPath);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const fan = join(folder, entry.name);
      return readdirSync(fan).map((name) => ({ folder: fan, name }));
    });
}
