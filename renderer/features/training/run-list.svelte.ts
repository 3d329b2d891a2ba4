import type { Run } from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';
import { Removal } from './removal.svelte.ts';

/** The runs of a project, the newest first; kept up to date by what is announced. */
export class RunList {
  runs = $state.raw<readonly Run[]>([]);
  readonly #removal = new Removal<Run>(async ({ id }) => {
    this.runs = this.runs.filter((other) => other.id !== id);
    await this.#api.runs.remove({ projectId: this.#projectId, runId: id });
  });
  readonly shown: readonly Run[] = $derived(this.runs.filter((run) => run.id !== this.removed?.id));

  readonly #api: Pick<typeof client, 'runs'>;
  readonly #projectId: string;

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

  /** The run that was removed last, while that can be undone. */
  get removed(): Run | null {
    return this.#removal.item;
  }

  /** Takes a run off the list; its files go when the time for regret is over. */
  remove(run: Run): Promise<void> {
    return this.#removal.begin(run);
  }

  undoRemove(): void {
    this.#removal.undo();
  }

  /** Carries out a removal that was not undone. */
  settle(): Promise<void> {
    return this.#removal.settle();
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
