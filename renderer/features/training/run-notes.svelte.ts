import type { DatasetVersion, DiskUse, Run } from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';

type Api = Pick<typeof client, 'dataset' | 'runs'>;

/** What is on the disk changes with every epoch of a run; so often it is looked at, ms. */
const rest = 3000;

/** What is told of every run beside its row: the version of the data that it learned from, and what it takes on the disk. */
export class RunNotes {
  versions = $state.raw<readonly DatasetVersion[]>([]);
  disk = $state.raw<DiskUse | null>(null);
  readonly #api: Api;
  readonly #projectId: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  /** Throws what the calls throw. */
  async read(): Promise<void> {
    const which = { projectId: this.#projectId };
    [this.versions, this.disk] = await Promise.all([
      this.#api.dataset.versions(which),
      this.#api.runs.disk(which),
    ]);
  }

  /** Looks again a while after a run has gone on. `work` does it, and shows what goes wrong. */
  hear(event: Heard, work: () => void): void {
    if (event.type !== 'run' || event.projectId !== this.#projectId) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      work();
    }, rest);
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Names of the frozen versions that a run learned from. */
  versionsOf({ dataHash }: Pick<Run, 'dataHash'>): string[] {
    return this.versions.filter(({ hash }) => hash === dataHash).map(({ name }) => name);
  }

  /** The frozen version, or else the beginning of the hash. */
  dataOf(run: Pick<Run, 'dataHash'>): string {
    return this.versionsOf(run)[0] ?? run.dataHash.slice(0, 7);
  }

  /** Bytes; null where nobody has looked yet. */
  bytesOf({ id }: Pick<Run, 'id'>): number | null {
    return this.disk?.runs.find(({ runId }) => runId === id)?.bytes ?? null;
  }

  /** The sweep that a run is a trial of. */
  sweepOf({ id }: Pick<Run, 'id'>): string | null {
    return this.disk?.runs.find(({ runId }) => runId === id)?.sweep ?? null;
  }
}
