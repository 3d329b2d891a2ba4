import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TesseraError, type ProjectSummary } from '../contract/index.ts';
import type { ProjectStore, ProjectStores } from './ports.ts';
import type { RecentProjects } from './recent-projects.ts';

/** Pictures of the mosaic on the home screen. */
const mosaicSize = 12;

/** The projects that this process has open, and how the home screen sees them all. */
export class OpenProjects implements AsyncDisposable {
  readonly #stores: ProjectStores;
  readonly #recent: RecentProjects;
  readonly #open = new Map<string, { store: ProjectStore; openedAt: number }>();

  constructor(stores: ProjectStores, recent: RecentProjects) {
    this.#stores = stores;
    this.#recent = recent;
  }

  /** Throws what `ProjectStores.create` throws. */
  create(path: string, name: string): Promise<ProjectSummary> {
    return this.#enter(this.#stores.create(path, name));
  }

  /** One that is open already is given as it is. Throws what `ProjectStores.open` throws. */
  open(path: string): Promise<ProjectSummary> {
    const already = this.#byPath(path);
    return already ? this.remember(already.id) : this.#enter(this.#stores.open(path));
  }

  /** Throws `projectNotOpen`. */
  store(projectId: string): ProjectStore {
    const entry = this.#open.get(projectId);
    if (entry === undefined) throw new TesseraError('projectNotOpen', { project: projectId });
    return entry.store;
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
      return { ...summary, available: existsSync(join(known.path, 'tessera.db')) };
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
    await this.#recent.put({ ...summary, mosaicHashes });
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
    await this.remember(projectId);
    this.#open.delete(projectId);
    entry.store[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const projectId of [...this.#open.keys()]) await this.close(projectId);
  }

  #byPath(path: string): ProjectStore | undefined {
    const wanted = resolve(path);
    return [...this.#open.values()].find(({ store }) => resolve(store.path) === wanted)?.store;
  }

  #enter(store: ProjectStore): Promise<ProjectSummary> {
    this.#open.set(store.id, { store, openedAt: Date.now() });
    return this.remember(store.id);
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
    };
  }
}
