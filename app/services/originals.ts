import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { OriginalState, OriginalsReport } from '../contract/index.ts';
import type { Referenced, ReferencedPicture } from '../core/tasks.ts';
import { os } from './implementer.ts';
import type { Tools } from './tools.ts';

/** Files that are looked at at the same time. */
const lanes = 16;
const shownFolders = 10;

/**
 * What has become of an original that a project refers to, as far as its length tells; it is not read. One that was copied into
 * the project (`own`) before that was cancelled is there, whatever became of the other.
 */
export async function stateOf({ path, bytes }: Referenced, own: string): Promise<OriginalState> {
  const state = await lookAt(path, bytes);
  return state === 'there' || (await lookAt(own, bytes)) !== 'there' ? state : 'there';
}

async function lookAt(path: string, bytes: number): Promise<OriginalState> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size === bytes ? 'there' : 'changed';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'unreadable';
  }
}

/** The originals that lie outside of a project: whether they are there, where they are now, and how they come in. */
export function originalsProcedures({ projects, board, hub, files }: Tools) {
  return {
    checkOriginals: os.dataset.checkOriginals.handler(({ input: { projectId } }) => {
      const store = projects.store(projectId);
      return reportOf(store.referencedPictures(), (hash) => files.imageFile(store.path, hash));
    }),

    startBringIn: os.dataset.startBringIn.handler(({ input: { projectId, imageIds } }) => {
      const store = projects.store(projectId);
      // Throws where nothing can be changed, before anything is copied.
      store.forgetReferences([]);
      const hashes = imageIds && store.referencedHashes(imageIds);
      const { id } = board.start({
        kind: 'bringIn',
        projectId,
        title: store.name(),
        task: { kind: 'bringIn', projectPath: store.path, ...(hashes && { hashes }) },
        onDone(done) {
          store.forgetReferences(done.hashes);
          hub.publish({ type: 'dataset', projectId });
          return { kind: 'bringIn', images: done.hashes.length, bytes: done.bytes, skipped: done.skipped };
        },
      });
      return { jobId: id };
    }),

    startFindOriginals: os.dataset.startFindOriginals.handler(({ input: { projectId, folder } }) => {
      const store = projects.store(projectId);
      // Throws where nothing can be changed, before anything is looked for.
      store.moveReferences([]);
      const { id } = board.start({
        kind: 'findOriginals',
        projectId,
        title: store.name(),
        task: { kind: 'findOriginals', projectPath: store.path, folder: resolve(folder) },
        onDone({ found, missing }) {
          store.moveReferences(found);
          hub.publish({ type: 'dataset', projectId });
          return { kind: 'findOriginals', found: found.length, missing };
        },
      });
      return { jobId: id };
    }),
  };
}

async function reportOf(
  pictures: readonly ReferencedPicture[],
  ownFile: (hash: string) => string,
): Promise<OriginalsReport> {
  const missing: number[] = [];
  const folders = new Map<string, number>();
  let next = 0;
  const look = async (): Promise<void> => {
    for (let picture = pictures[next++]; picture !== undefined; picture = pictures[next++]) {
      if ((await stateOf(picture, ownFile(picture.hash))) === 'there') continue;
      missing.push(picture.imageId);
      const folder = dirname(picture.path);
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: lanes }, look));
  return {
    referenced: pictures.length,
    missing: missing.sort((a, b) => a - b),
    folders: [...folders]
      .map(([path, count]) => ({ path, count }))
      .sort((a, b) => b.count - a.count || (a.path < b.path ? -1 : 1))
      .slice(0, shownFolders),
  };
}
