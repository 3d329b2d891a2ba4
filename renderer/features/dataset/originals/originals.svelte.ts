import { SvelteSet } from 'svelte/reactivity';
import {
  errorFromReport,
  reportError,
  type BringInResult,
  type FoundOriginals,
  type OriginalsReport,
  type TesseraError,
} from '../../../../app/contract/index.ts';
import type { client, Heard } from '../../../client/index.ts';
import { JobWatch } from '../../../shell/job-watch.svelte.ts';

/** The originals that lie outside of the project: whether they are there, how they are found again, how they come in. */
export class Originals {
  readonly watch: JobWatch;
  /** Null until it was looked. */
  report = $state.raw<OriginalsReport | null>(null);
  /** By id. */
  readonly missing: ReadonlySet<number> = $derived(new SvelteSet(this.report?.missing));
  isChecking = $state(false);
  /** Where to look for them. */
  folder = $state('');
  /** What the last work here left. */
  brought = $state.raw<BringInResult | null>(null);
  found = $state.raw<FoundOriginals | null>(null);
  error = $state.raw<TesseraError | null>(null);

  readonly #api: Pick<typeof client, 'dataset' | 'jobs'>;
  readonly #projectId: string;

  constructor(api: Pick<typeof client, 'dataset' | 'jobs'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.watch = new JobWatch(api);
  }

  /** Looks at every file; of many, on a slow disk, that takes its time. */
  async check(): Promise<void> {
    if (this.isChecking) return;
    this.isChecking = true;
    await this.#guard(async () => {
      this.report = await this.#api.dataset.checkOriginals({ projectId: this.#projectId });
    });
    this.isChecking = false;
  }

  /** Copies originals into the project: of these pictures, or all. */
  bringIn(imageIds?: readonly number[]): Promise<void> {
    return this.#work(async () => {
      const { result } = await this.watch.run(() =>
        this.#api.dataset.startBringIn({
          projectId: this.#projectId,
          ...(imageIds && { imageIds: [...imageIds] }),
        }),
      );
      if (result?.kind === 'bringIn') this.brought = result;
    });
  }

  find(folder = this.folder.trim()): Promise<void> {
    if (folder === '') return Promise.resolve();
    return this.#work(async () => {
      const { result } = await this.watch.run(() =>
        this.#api.dataset.startFindOriginals({ projectId: this.#projectId, folder }),
      );
      if (result?.kind === 'findOriginals') this.found = result;
      this.folder = '';
    });
  }

  hear(event: Heard): void {
    this.watch.hear(event);
  }

  async #work(work: () => Promise<void>): Promise<void> {
    this.brought = null;
    this.found = null;
    await this.#guard(work);
    const { error } = this;
    await this.check();
    this.error ??= error;
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await work();
    } catch (thrown) {
      const error = errorFromReport(reportError(thrown));
      if (error.code !== 'cancelled') this.error = error;
    }
  }
}
