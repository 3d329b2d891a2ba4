import { reportError } from '../contract/index.ts';
import type { EventHub } from './event-hub.ts';
import type { FolderWatchers } from './folder-watchers.ts';
import type { ProjectStore } from './ports.ts';

export interface KeeperTimes {
  /** After opening, so that the first screen does not wait for the first snapshot, ms. */
  firstSnapshot: number;
  /** Between snapshots while something changes, ms. */
  snapshots: number;
  /** How often a project that another Tessera writes is looked at, ms. */
  following: number;
}

export const keeperTimes: KeeperTimes = { firstSnapshot: 2000, snapshots: 5 * 60_000, following: 1000 };

/** What happens by itself in open projects: snapshots of those that can be changed, news of those that only read. */
export class ProjectKeeper {
  readonly #hub: EventHub;
  readonly #times: KeeperTimes;
  readonly #watchers: FolderWatchers | null;

  /** `watchers`: of a host whose projects stay open, so that new pictures can come by themselves. */
  constructor(hub: EventHub, times: KeeperTimes = keeperTimes, watchers: FolderWatchers | null = null) {
    this.#hub = hub;
    this.#times = times;
    this.#watchers = watchers;
  }

  /** Until what is given back is disposed, which waits for a snapshot that is being taken. */
  keep(store: ProjectStore): AsyncDisposable {
    const kept = store.readOnly === null ? this.#snapshots(store) : this.#follow(store);
    const watching = this.#watchers?.watch(store);
    return {
      async [Symbol.asyncDispose]() {
        watching?.[Symbol.dispose]();
        await kept[Symbol.asyncDispose]();
      },
    };
  }

  #snapshots(store: ProjectStore): AsyncDisposable {
    let taking: Promise<void> = Promise.resolve();
    let changes = -1;
    const take = async (reason: 'open' | 'interval'): Promise<void> => {
      try {
        const now = store.changes();
        // An import that is taken back removes originals that the snapshot would count on.
        if (now === changes || store.isImporting()) return;
        await store.takeSnapshot(reason);
        changes = now;
      } catch (error) {
        this.#hub.publish({ type: 'trouble', projectId: store.id, error: reportError(error) });
      }
    };
    const begin = (reason: 'open' | 'interval') => (): void =>
      void (taking = taking.then(() => take(reason)));
    const first = setTimeout(begin('open'), this.#times.firstSnapshot).unref();
    const interval = setInterval(begin('interval'), this.#times.snapshots).unref();
    return {
      [Symbol.asyncDispose]: () => {
        clearTimeout(first);
        clearInterval(interval);
        return taking;
      },
    };
  }

  #follow(store: ProjectStore): AsyncDisposable {
    let seen = store.dataVersion();
    const look = (): void => {
      try {
        const now = store.dataVersion();
        if (now === seen) return;
        seen = now;
        this.#hub.publish({ type: 'dataset', projectId: store.id });
        this.#hub.publish({ type: 'projects' });
      } catch {
        // What is wrong with it is said by the next thing that is asked of it.
      }
    };
    const timer = setInterval(look, this.#times.following).unref();
    return {
      [Symbol.asyncDispose]: () => {
        clearInterval(timer);
        return Promise.resolve();
      },
    };
  }
}
