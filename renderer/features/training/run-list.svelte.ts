import type { Run } from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';

/** How long a removed run can be brought back, ms. */
const regretTime = 8000;

/** The runs of a project, the newest first; kept up to date by what is announced. */
export class RunList {
  runs = $state.raw<readonly Run[]>([]);
  /** The run that was removed last, while that can be undone. */
  removed = $state.raw<Run | null>(null);
  readonly shown: readonly Run[] = $derived(this.runs.filter((run) => run.id !== this.removed?.id));

  readonly #api: Pick<typeof client, 'runs'>;
  readonly #projectId: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Pick<typeof client, 'runs'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  async read(): Promise<void> {
    this.runs = newestFirst(await this.#api.runs.list({ projectId: this.#projectId }));
  }

  async rename(runId: string, name: string): Promise<void> {
    this.#put(await this.#api.runs.rename({ projectId: this.#projectId, runId, name }));
  }

  /**
   * Takes a run off the list; its files go when the time for regret is over, or when another run is removed or the
   * screen is left.
   */
  async remove(run: Run): Promise<void> {
    await this.settle();
    this.removed = run;
    this.#timer = setTimeout(() => void this.settle(), regretTime);
  }

  undoRemove(): void {
    clearTimeout(this.#timer);
    this.removed = null;
  }

  /** Carries out a removal that was not undone. */
  async settle(): Promise<void> {
    const run = this.removed;
    if (!run) return;
    clearTimeout(this.#timer);
    this.runs = this.runs.filter((other) => other.id !== run.id);
    this.removed = null;
    await this.#api.runs.remove({ projectId: this.#projectId, runId: run.id });
  }

  hear(event: Heard): void {
    if (event.type === 'run' && event.projectId === this.#projectId) this.#put(event.run);
  }

  #put(run: Run): void {
    const others = this.runs.filter((other) => other.id !== run.id);
    this.runs = newestFirst([run, ...others]);
  }
}

const newestFirst = (runs: readonly Run[]): Run[] => runs.toSorted((a, b) => b.createdAt - a.createdAt);
