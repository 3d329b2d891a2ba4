import type { CheckpointInfo, WhichCheckpoints } from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';

/** The files that a run keeps. */
export class CheckpointWatch {
  kept = $state.raw<readonly CheckpointInfo[]>([]);
  readonly #api: Pick<typeof client, 'runs'>;
  readonly #projectId: string;
  readonly #runId: string;

  constructor(api: Pick<typeof client, 'runs'>, projectId: string, runId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.#runId = runId;
  }

  /** The epochs after which a checkpoint was kept, in their order. The last and the best one are not among them. */
  get epochs(): number[] {
    return this.kept.flatMap(({ epoch }) => (epoch === null ? [] : [epoch])).toSorted((a, b) => a - b);
  }

  get bytes(): number {
    return sizeOf(this.kept);
  }

  /** Bytes of those that neither answer nor are needed to go on. */
  get spareBytes(): number {
    return sizeOf(this.kept.filter(({ which }) => which !== 'best' && which !== 'last'));
  }

  async remove(which: WhichCheckpoints): Promise<void> {
    await this.#api.runs.removeCheckpoints({ projectId: this.#projectId, runId: this.#runId, which });
    await this.read();
  }

  async read(): Promise<void> {
    this.kept = await this.#api.runs.checkpoints({ projectId: this.#projectId, runId: this.#runId });
  }
}

const sizeOf = (kept: readonly CheckpointInfo[]): number => kept.reduce((sum, { bytes }) => sum + bytes, 0);
