import { watch, type FSWatcher } from 'node:fs';
import { basename } from 'node:path';
import { importListener } from './import-work.ts';
import { newFiles } from './new-files.ts';
import type { ProjectStore } from './ports.ts';
import type { Tools } from './tools.ts';

export interface WatchTimes {
  /** After a change, until it is looked at: more changes follow one, ms. */
  quiet: number;
  /** Between looks without any news, ms: not every drive tells of its changes. */
  rescan: number;
}

export const watchTimes: WatchTimes = { quiet: 1500, rescan: 5 * 60_000 };

/**
 * Takes in new pictures of the watched folders of open projects, by an import like any other. What was looked at is
 * remembered once that import has ended: a picture that the person deletes does not come back, and one that was cut short
 * by a kill is looked at again.
 */
export class FolderWatchers {
  readonly #tools: () => Tools;
  readonly #times: WatchTimes;
  readonly #projects = new Map<string, { store: ProjectStore; folders: Map<number, WatchedFolder> }>();

  /** `tools` is asked for when the first picture comes. */
  constructor(tools: () => Tools, times: WatchTimes = watchTimes) {
    this.#tools = tools;
    this.#times = times;
  }

  /** Watches the folders of a project until what is given back is disposed. */
  watch(store: ProjectStore): Disposable {
    if (store.readOnly !== null) return { [Symbol.dispose]: () => undefined };
    this.#projects.set(store.id, { store, folders: new Map() });
    this.refresh(store.id);
    return {
      [Symbol.dispose]: () => {
        for (const folder of this.#projects.get(store.id)?.folders.values() ?? []) folder[Symbol.dispose]();
        this.#projects.delete(store.id);
      },
    };
  }

  /** After a folder was added or taken away. */
  refresh(projectId: string): void {
    const project = this.#projects.get(projectId);
    if (project === undefined) return;
    const wanted = new Map(project.store.watchedFolders().map(({ id, path }) => [id, path]));
    for (const [id, folder] of project.folders) {
      if (wanted.has(id)) continue;
      folder[Symbol.dispose]();
      project.folders.delete(id);
    }
    for (const [id, path] of wanted) {
      if (project.folders.has(id)) continue;
      project.folders.set(id, new WatchedFolder(project.store, id, path, this.#tools, this.#times));
    }
  }
}

class WatchedFolder implements Disposable {
  readonly #store: ProjectStore;
  readonly #id: number;
  readonly #path: string;
  readonly #tools: () => Tools;
  readonly #times: WatchTimes;
  readonly #rescan: NodeJS.Timeout;
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isDisposed = false;

  constructor(store: ProjectStore, id: number, path: string, tools: () => Tools, times: WatchTimes) {
    this.#store = store;
    this.#id = id;
    this.#path = path;
    this.#tools = tools;
    this.#times = times;
    this.#rescan = setInterval(() => this.#soon(), times.rescan).unref();
    this.#soon();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearInterval(this.#rescan);
    clearTimeout(this.#timer);
    this.#watcher?.close();
  }

  #soon(): void {
    if (this.#isDisposed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), this.#times.quiet).unref();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return this.#soon();
    this.#isLooking = true;
    try {
      this.#listen();
      const news = await newFiles(this.#path, this.#store.seenFiles(this.#id), Date.now());
      if (this.#isDisposed || news === null) return;
      if (news.files.size > 0) await this.#import(news.files);
      if (news.isSettling) this.#soon();
    } catch {
      // The project was closed meanwhile, or cannot be written; the next look finds the same files.
    } finally {
      this.#isLooking = false;
    }
  }

  /** Where the system does not tell of changes, the looks in between find them. */
  #listen(): void {
    if (this.#watcher !== null) return;
    try {
      const watcher = watch(this.#path, { recursive: true, persistent: false }, () => this.#soon());
      watcher.on('error', () => {
        watcher.close();
        this.#watcher = null;
      });
      this.#watcher = watcher;
    } catch {
      this.#watcher = null;
    }
  }

  #import(files: Map<string, string>): Promise<void> {
    const { board } = this.#tools();
    const { id: projectId, path: projectPath } = this.#store;
    const listener = importListener(this.#tools(), projectId);
    const known = this.#store.knownPictures();
    return new Promise((resolve) => {
      board.start({
        kind: 'import',
        projectId,
        title: basename(this.#path),
        task: {
          ...{ kind: 'import', projectPath, paths: [this.#path], layout: 'auto', only: [...files.keys()] },
          ...(known && { known }),
        },
        listener: listener.listener,
        onDone: async (result) => {
          const done = await listener.onDone(result);
          this.#store.rememberFiles(this.#id, files);
          resolve();
          return done;
        },
        onFailed: () => {
          listener.onFailed();
          resolve();
        },
      });
    });
  }
}
