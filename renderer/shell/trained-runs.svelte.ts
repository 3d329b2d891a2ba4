import { errorFromReport, reportError } from '../../app/contract/index.ts';
import type { Run, TesseraError } from '../../app/contract/index.ts';
import type { client, Heard } from '../client/index.ts';

/** The runs of a project that can be evaluated, used and exported: those with a checkpoint, the newest first. */
export class TrainedRuns {
  /** Null until they were read. */
  runs = $state.raw<readonly Run[] | null>(null);
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Pick<typeof client, 'runs'>;
  readonly #projectId: string;

  constructor(api: Pick<typeof client, 'runs'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  async read(): Promise<void> {
    this.error = null;
    try {
      this.#take(await this.#api.runs.list({ projectId: this.#projectId }));
    } catch (error) {
      this.error = errorFromReport(reportError(error));
    }
  }

  /** The run of that id, or the newest when it is not (or no longer) there. */
  choose(runId: string | null): Run | null {
    return this.runs?.find(({ id }) => id === runId) ?? this.runs?.[0] ?? null;
  }

  hear(event: Heard): void {
    if (event.type === 'reconnected') void this.read();
    if (event.type === 'run' && event.projectId === this.#projectId) {
      const others = (this.runs ?? []).filter(({ id }) => id !== event.run.id);
      this.#take([...others, event.run]);
    }
  }

  #take(runs: readonly Run[]): void {
    this.runs = runs.filter((run) => run.hasCheckpoint).toSorted((a, b) => b.createdAt - a.createdAt);
  }
}
