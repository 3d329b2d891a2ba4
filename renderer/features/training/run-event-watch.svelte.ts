import type { RunEvent } from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';

/** What happened to one run: read at first, and again whenever there is more. */
export class RunEventWatch {
  events = $state.raw<readonly RunEvent[]>([]);
  readonly #api: Pick<typeof client, 'runs'>;
  readonly #projectId: string;
  readonly #runId: string;
  #asked = 0;

  constructor(api: Pick<typeof client, 'runs'>, projectId: string, runId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.#runId = runId;
  }

  /** Those worth a mark on the curves: every run starts, and kept checkpoints have a mark of their own. */
  get marked(): RunEvent[] {
    return this.events.filter(({ kind }) => kind !== 'started' && kind !== 'checkpointKept');
  }

  /** An answer that was overtaken is dropped. Throws what the call throws. */
  async read(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const events = await this.#api.runs.events({ projectId: this.#projectId, runId: this.#runId });
    if (asked === this.#asked) this.events = events;
  }

  /** Whether there is something new to read. */
  isNews(event: Heard): boolean {
    if (event.type === 'reconnected') return true;
    return event.type === 'runEvents' && event.projectId === this.#projectId && event.runId === this.#runId;
  }
}
