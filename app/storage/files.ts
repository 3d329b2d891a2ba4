/**
 * Where things are inside a project's folder, and writes that are whole or absent after a crash.
 * The one part of `storage` that the worker may use: it never opens the database.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TesseraError } from '../contract/index.ts';

/** Waits before a rename is tried again, ms: virus scanners and indexers on Windows hold a file for a moment. */
const renameWaits = [10, 20, 50, 100, 200, 400, 800];

export const imagesFolder = (projectPath: string): string => join(projectPath, 'images');

/** An original, named by the SHA-256 of its bytes, without extension. */
export const imageFile = (projectPath: string, hash: string): string => inFan(projectPath, ['images'], hash);

/** Whether an original with that hash lies there, as long as it was. */
export async function isStored(projectPath: string, hash: string, bytes: number): Promise<boolean> {
  const found = await stat(imageFile(projectPath, hash)).catch(() => null);
  return found?.isFile() === true && found.size === bytes;
}

/** The thumbnail of an original; may be deleted at any time. */
export const thumbnailFile = (projectPath: string, hash: string): string =>
  inFan(projectPath, ['cache', 'thumbs'], hash, '.webp');

/** An original upright in sRGB at its own size; may be deleted at any time. */
export const renderedFile = (projectPath: string, hash: string): string =>
  inFan(projectPath, ['cache', 'full'], hash, '.png');

/** Decoded pixels of a data set; may be deleted at any time. */
export const pixelCacheFile = (projectPath: string, key: string): string =>
  join(projectPath, 'cache', 'pixels', segment(key));

/** What a pretrained network sees in pictures; may be deleted at any time. */
export const featureCacheFile = (projectPath: string, key: string): string =>
  join(projectPath, 'cache', 'features', segment(key));

export const runsFolder = (projectPath: string): string => join(projectPath, 'runs');

export const runFolder = (projectPath: string, runId: string): string =>
  join(runsFolder(projectPath), segment(runId));

/** The frozen `TrainPlan` of a run, as JSON. */
export const planFile = (projectPath: string, runId: string): string =>
  join(runFolder(projectPath, runId), 'plan.json');

/** How sure a run's best network may be, as JSON; absent until its training came to an end. */
export const temperatureFile = (projectPath: string, runId: string): string =>
  join(runFolder(projectPath, runId), 'temperature.json');

/** What a person wrote about a run's model; absent where nobody has. */
export const modelCardFile = (projectPath: string, runId: string): string =>
  join(runFolder(projectPath, runId), 'MODEL_CARD.md');

/** What went on in a run's layers, as JSON. */
export const layersFile = (projectPath: string, runId: string): string =>
  join(runFolder(projectPath, runId), 'layers.json');

/** A number: the one that was kept after that many epochs. `previous`: the one before the last. `start`: what a run began with. */
export type WhichCheckpoint = 'best' | 'last' | 'previous' | 'start' | number;

export const checkpointFile = (projectPath: string, runId: string, which: WhichCheckpoint): string =>
  join(
    runFolder(projectPath, runId),
    `${typeof which === 'number' ? `epoch-${String(which).padStart(5, '0')}` : which}.safetensors`,
  );

/** Models that were brought in. */
export const modelsFolder = (projectPath: string): string => join(projectPath, 'models');

/** What such a model is, as JSON. It is written after the weights: a model that is listed is whole. */
export const broughtModelFile = (projectPath: string, modelId: string): string =>
  join(modelsFolder(projectPath), `${segment(modelId)}.json`);

/** Its weights by the names of its parameters. */
export const broughtWeightsFile = (projectPath: string, modelId: string): string =>
  join(modelsFolder(projectPath), `${segment(modelId)}.safetensors`);

/** A network that was made in the project, as JSON. */
export const ownModelFile = (projectPath: string, modelId: string): string =>
  join(modelsFolder(projectPath), `${segment(modelId)}.json`);

/** Verified copies of the database. */
export const snapshotsFolder = (projectPath: string): string => join(projectPath, 'snapshots');

/** Databases that could not be read, as they were. */
export const damagedFolder = (projectPath: string): string => join(projectPath, 'damaged');

export const exportsFolder = (projectPath: string): string => join(projectPath, 'exports');

export const databaseFile = (projectPath: string): string => join(projectPath, 'tessera.db');

/**
 * Before files are written into a project: where its disk was unplugged, they would make another folder in its place. Throws
 * `projectNotWritable`.
 */
export async function requireProject(projectPath: string): Promise<void> {
  if (await exists(projectPath)) return;
  throw new TesseraError('projectNotWritable', { path: projectPath, reason: goneReason });
}

/** What is said of a project whose folder vanished while it was open. */
export const goneReason = 'its folder is not there any more, perhaps because its disk was unplugged';

/**
 * Writes a file that is wholly there or not at all, whenever the process or the machine stops. Makes its folder.
 * When the promise resolves, the bytes and the name are on the disk. `check` is handed the path of the written file
 * before it takes its name; when it throws, the file is gone again and what was there before is untouched.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  check?: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  await replace(path, data, check);
  await syncFolder(folder);
}

/**
 * Gives a folder that was made beside it its final name, where an empty folder may lie. When the promise resolves, the name
 * is on the disk.
 */
export async function publishFolder(temporary: string, path: string): Promise<void> {
  await rmdir(path).catch(() => undefined);
  await renamePatiently(temporary, path);
  await syncFolder(dirname(path));
}

/** The same of a file, which replaces one that bears the name. */
export async function publishFile(temporary: string, path: string): Promise<void> {
  await renamePatiently(temporary, path);
  await syncFolder(dirname(path));
}

/** A fan of 256 folders, so that no folder grows to 100,000 files. */
function inFan(projectPath: string, room: string[], hash: string, extension = ''): string {
  return join(projectPath, ...room, hash.slice(0, 2), segment(hash) + extension);
}

/** Ids and hashes become names in a path; one that would lead elsewhere is refused. */
function segment(name: string): string {
  if (/^[\w-][\w.-]*$/.test(name)) return name;
  throw new TesseraError('invalidInput', { what: 'A file name', reason: JSON.stringify(name) });
}

async function replace(
  path: string,
  data: string | Uint8Array,
  check?: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await check?.(temporary);
    await renamePatiently(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
}

/** Where a file grows before it takes its name; `removeTemporaries` knows it by its form. */
export const temporaryBeside = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);

/** What `writeFileAtomic` left in a folder when the process was killed; nobody may write there meanwhile. */
export async function removeTemporaries(folder: string): Promise<void> {
  const names = (await exists(folder)) ? await readdir(folder) : [];
  const left = names.filter((name) => /^\..+\.[0-9a-f]{12}\.tmp$/.test(name));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}

/** What is left of a write that failed: whatever keeps it there, the failure itself is what the person is told. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Held by another program.
  }
}

/** Takes another file's place; where there is nothing to rename, nothing happens. */
export async function renameIfThere(from: string, to: string): Promise<void> {
  if (await exists(from)) await renamePatiently(from, to);
}

export async function renamePatiently(from: string, to: string): Promise<void> {
  for (const wait of renameWaits) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (!isHeldByAnother(error)) throw error;
      await sleep(wait);
    }
  }
  await rename(from, to);
}

/** Whether trying again in a moment may help. */
export function isHeldByAnother(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'EBUSY');
}

/**
 * Makes a folder and those above it; each new one is also synced into the folder that holds it. Not `mkdir` with
 * `recursive`: where a file system says that a new folder's parent is missing though it is there, as /proc does, Node 24
 * tries for ever.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await exists(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Another write has made it meanwhile.
    if (error.code !== 'EEXIST') throw error;
  });
  await syncFolder(parent);
}

/** Brings the names in a folder to the disk. Windows does that itself and cannot open a folder. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
