import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  TesseraError,
  type DamageReport,
  type ErrorCode,
  type ProjectSummary,
  type ReadOnlyReason,
  type SalvageReport,
} from '../contract/index.ts';
import type { ProjectKeeper } from './project-keeper.ts';
import type { ProjectStore, ProjectStores } from './ports.ts';
import type { RecentProjects } from './recent-projects.ts';

/** Pictures of the mosaic on the home screen. */
const mosaicSize = 12;

/** What keeps a project from being opened for writing, and still lets it be looked at. */
const readableAfter: Partial<Record<ErrorCode, ReadOnlyReason>> = {
  projectLocked: 'locked',
  projectNewer: 'newer',
  projectNotWritable: 'folder',
  projectOnNetwork: 'network',
};

interface Entry {
  store: ProjectStore;
  openedAt: number;
  kept: AsyncDisposable;
}

/** The projects that this process has open, and how the home screen sees them all. */
export class OpenProjects implements AsyncDisposable {
  readonly #stores: ProjectStores;
  readonly #recent: RecentProjects;
  readonly #keeper: ProjectKeeper;
  readonly #onOpen: (store: ProjectStore) => void;
  readonly #open = new Map<string, Entry>();

  /** `onOpen` hears of every project that was opened, once its store can be asked for. */
  constructor(
    stores: ProjectStores,
    recent: RecentProjects,
    keeper: ProjectKeeper,
    onOpen: (store: ProjectStore) => void = () => undefined,
  ) {
    this.#stores = stores;
    this.#recent = recent;
    this.#keeper = keeper;
    this.#onOpen = onOpen;
  }

  /** Throws what `ProjectStores.create` throws. */
  create(path: string, name: string): Promise<ProjectSummary> {
    return this.#enter(this.#stores.create(path, name));
  }

  /**
   * One that is open already is given as it is; one that cannot be written is opened for reading only. Throws what
   * `ProjectStores.open` throws where it cannot even be read.
   */
  async open(path: string): Promise<ProjectSummary> {
    const already = this.#byPath(path);
    return already ? this.remember(already.id) : this.#enter(this.#openAsFarAsPossible(path));
  }

  /** Opens for writing what is open for reading only. Throws why it still cannot be. */
  async takeOver(projectId: string): Promise<ProjectSummary> {
    const { readOnly, path } = this.store(projectId);
    if (readOnly === null) return this.#summarise(projectId);
    const store = this.#stores.open(path);
    await this.#letGo(projectId);
    return this.#enter(store);
  }

  /** Of a project that cannot be opened because it is damaged. */
  examine(path: string): Promise<DamageReport> {
    return this.#stores.examine(path);
  }

  /** Builds a damaged project anew and opens it; `unknown` are originals that nothing knows any more. */
  async salvage(
    path: string,
    snapshot: string | null,
  ): Promise<{ project: ProjectSummary; report: SalvageReport; unknown: string[] }> {
    const damaged = this.#byPath(path);
    if (damaged) await this.#letGo(damaged.id);
    const salvaged = this.#stores.salvage(path, snapshot);
    return { ...salvaged, project: await this.open(path) };
  }

  /** Throws `projectNotOpen`. */
  store(projectId: string): ProjectStore {
    const entry = this.#open.get(projectId);
    if (entry === undefined) throw new TesseraError('projectNotOpen', { project: projectId });
    return entry.store.isLost() ? this.#foundAgain(entry) : entry.store;
  }

  /** The one that is open at a path. */
  at(path: string): ProjectStore | undefined {
    return this.#byPath(path);
  }

  /** Where the project lies, when it is open or known. */
  path(projectId: string): string | null {
    return this.#open.get(projectId)?.store.path ?? this.#recent.get(projectId)?.path ?? null;
  }

  /**
   * The content hash of a picture, of an open project or of a mosaic of the home screen.
   * Null where there is none.
   */
  imageHash(projectId: string, imageId: number): string | null {
    const entry = this.#open.get(projectId);
    if (entry) return entry.store.imageHash(imageId);
    return this.#recent.get(projectId)?.mosaicHashes[imageId] ?? null;
  }

  /** As it is now. A known one that is not open is opened, so that a reload finds it. Throws `projectNotOpen`. */
  async summary(projectId: string): Promise<ProjectSummary> {
    const known = this.#recent.get(projectId);
    if (!this.#open.has(projectId) && known) return this.open(known.path);
    return this.#summarise(projectId);
  }

  /** The recent ones, the latest first; the numbers of those that are not open are the last known. */
  list(): ProjectSummary[] {
    return this.#recent.list().map((known) => {
      if (this.#open.has(known.id)) return this.#summarise(known.id);
      const { mosaicHashes: _hashes, ...summary } = known;
      return { ...summary, available: existsSync(join(known.path, 'tessera.db')), readOnly: null };
    });
  }

  /** Brings the list of recent projects up to date with an open one. */
  async remember(projectId: string): Promise<ProjectSummary> {
    const summary = this.#summarise(projectId);
    const store = this.store(projectId);
    const hashes = summary.mosaic.map((id) => [id, store.imageHash(id)] as const);
    const mosaicHashes = Object.fromEntries(hashes.filter(([, hash]) => hash !== null)) as Record<
      number,
      string
    >;
    // A list that cannot be written, on a full disk, is no reason to refuse the project.
    await this.#recent.put({ ...summary, mosaicHashes }).catch(() => undefined);
    return summary;
  }

  /** Takes it off the list. */
  async forget(projectId: string): Promise<void> {
    await this.close(projectId);
    await this.#recent.remove(projectId);
  }

  /** Nothing of it may be in use any more. One that is not open stays so. */
  async close(projectId: string): Promise<void> {
    const entry = this.#open.get(projectId);
    if (entry === undefined) return;
    // One whose disk is gone has nothing to tell any more.
    await this.remember(projectId).catch(() => undefined);
    await this.#letGo(projectId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const projectId of [...this.#open.keys()]) await this.close(projectId);
  }

  #byPath(path: string): ProjectStore | undefined {
    const wanted = resolve(path);
    return [...this.#open.values()].find(({ store }) => resolve(store.path) === wanted)?.store;
  }

  async #enter(store: ProjectStore): Promise<ProjectSummary> {
    this.#open.set(store.id, { store, openedAt: Date.now(), kept: this.#keeper.keep(store) });
    this.#onOpen(store);
    return this.remember(store.id);
  }

  #openAsFarAsPossible(path: string): ProjectStore {
    try {
      return this.#stores.open(path);
    } catch (error) {
      const reason = error instanceof TesseraError ? readableAfter[error.code] : undefined;
      if (reason === undefined) throw error;
      try {
        return this.#stores.openReadOnly(path, reason);
      } catch {
        throw error;
      }
    }
  }

  /** A disk that was unplugged and is back is another one to the system: its project is opened anew. */
  #foundAgain(entry: Entry): ProjectStore {
    const { store } = entry;
    let again: ProjectStore;
    try {
      again = this.#stores.open(store.path);
    } catch {
      // Still gone, which whatever is asked of it says.
      return store;
    }
    if (again.id !== store.id) {
      again[Symbol.dispose]();
      return store;
    }
    void this.#end(entry);
    this.#open.set(store.id, { ...entry, store: again, kept: this.#keeper.keep(again) });
    return again;
  }

  /** Closed without a word; not listed anew. */
  async #letGo(projectId: string): Promise<void> {
    const entry = this.#open.get(projectId);
    if (entry === undefined) return;
    this.#open.delete(projectId);
    await this.#end(entry);
  }

  async #end({ kept, store }: Entry): Promise<void> {
    await kept[Symbol.asyncDispose]();
    store[Symbol.dispose]();
  }

  #summarise(projectId: string): ProjectSummary {
    const store = this.store(projectId);
    const { images, labeled } = store.summary();
    return {
      id: store.id,
      path: store.path,
      name: store.name(),
      images,
      labeled,
      classes: store.classes().length,
      openedAt: this.#open.get(projectId)?.openedAt ?? 0,
      mosaic: store.mosaic(mosaicSize),
      available: true,
      readOnly: store.readOnly,
    };
  }
}
