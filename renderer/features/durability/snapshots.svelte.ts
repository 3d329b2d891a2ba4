import { SvelteMap } from 'svelte/reactivity';
import {
  errorFromReport,
  reportError,
  type SnapshotDifference,
  type SnapshotInfo,
  type TesseraError,
} from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';

/** The snapshots of a project, how the present differs from each, and the way back to one. */
export class Snapshots {
  /** Null until they were read; the newest first. */
  list = $state.raw<readonly SnapshotInfo[] | null>(null);
  readonly differences = new SvelteMap<string, SnapshotDifference>();
  isBusy = $state(false);
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Pick<typeof client, 'durability'>;
  readonly #projectId: string;
  #asked = 0;

  constructor(api: Pick<typeof client, 'durability'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  /** The list at once, then the differences one after the other. */
  read(): Promise<void> {
    return this.#guard(() => this.#read());
  }

  /** Null where nothing has changed since the newest one; undefined where it failed. */
  async take(): Promise<SnapshotInfo | null | undefined> {
    let taken: SnapshotInfo | null | undefined;
    await this.#guard(async () => {
      taken = await this.#api.durability.takeSnapshot({ projectId: this.#projectId });
      await this.#read();
    });
    return taken;
  }

  /** Gives the snapshot that keeps what was there before; null where it failed. */
  async restore(name: string): Promise<string | null> {
    let before: string | null = null;
    await this.#guard(async () => {
      ({ before } = await this.#api.durability.restore({ projectId: this.#projectId, name }));
      await this.#read();
    });
    return before;
  }

  async #read(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const which = { projectId: this.#projectId };
    this.list = await this.#api.durability.snapshots(which);
    this.differences.clear();
    void this.#compare(asked).catch(() => undefined);
  }

  async #compare(asked: number): Promise<void> {
    for (const { name } of this.list ?? []) {
      const difference = await this.#api.durability.difference({ projectId: this.#projectId, name });
      if (asked !== this.#asked) return;
      this.differences.set(name, difference);
    }
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    this.error = null;
    this.isBusy = true;
    try {
      await work();
    } catch (error) {
      this.error = errorFromReport(reportError(error));
    }
    this.isBusy = false;
  }
}
