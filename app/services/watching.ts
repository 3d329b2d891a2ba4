import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { TesseraError, type WatchedFolder } from '../contract/index.ts';
import { os } from './implementer.ts';
import type { Tools } from './tools.ts';

/** Folders whose new pictures are taken in by themselves. */
export function watchingProcedures({ projects, watchers, hub }: Tools) {
  const list = (projectId: string): WatchedFolder[] =>
    projects
      .store(projectId)
      .watchedFolders()
      .map((folder) => ({ ...folder, available: existsSync(folder.path) }));
  const changed = (projectId: string): WatchedFolder[] => {
    watchers.refresh(projectId);
    hub.publish({ type: 'dataset', projectId });
    return list(projectId);
  };

  return {
    watchedFolders: os.dataset.watchedFolders.handler(({ input: { projectId } }) => list(projectId)),

    watchFolder: os.dataset.watchFolder.handler(({ input: { projectId, path } }) => {
      const store = projects.store(projectId);
      const folder = resolve(path);
      checkFolder(folder, store.path);
      store.watchFolder(folder);
      return changed(projectId);
    }),

    unwatchFolder: os.dataset.unwatchFolder.handler(({ input: { projectId, folderId } }) => {
      projects.store(projectId).unwatchFolder(folderId);
      return changed(projectId);
    }),
  };
}

/** A project that watched itself would take in its own thumbnails, and those of the thumbnails. */
function checkFolder(folder: string, projectPath: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) throw new TesseraError('fileNotFound', { path: folder });
  if (!found.isDirectory())
    throw new TesseraError('invalidInput', { what: folder, reason: 'it is not a folder' });
  const isAbove = (one: string, other: string): boolean => !relative(one, other).startsWith('..');
  if (isAbove(folder, projectPath) || isAbove(projectPath, folder)) {
    throw new TesseraError('invalidInput', { what: folder, reason: 'the project itself lies there' });
  }
}
