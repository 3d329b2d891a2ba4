import type { LayersPoint } from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';

/** What went on in the layers of one run: read at first, and again whenever an epoch is announced. */
export class LayerWatch {
  points = $state.raw<readonly LayersPoint[]>([]);
  readonly #api: Pick<typeof client, 'runs'>;
  readonly #projectId: string;
  readonly #runId: string;
  #asked = 0;

  constructor(api: Pick<typeof client, 'runs'>, projectId: string, runId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.#runId = runId;
  }

  /** An answer that was overtaken is dropped. Throws what the call throws. */
  async read(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const points = await this.#api.runs.layers({ projectId: this.#projectId, runId: this.#runId });
    if (asked === this.#asked) this.points = points;
  }

  /** Whether there is something new to read. */
  isNews(event: Heard): boolean {
    if (event.type === 'reconnected') return true;
    return (
      event.type === 'metrics' &&
      event.projectId === this.#projectId &&
      event.runId === this.#runId &&
      event.points.some(({ kind }) => kind === 'epoch')
    );
  }
}
