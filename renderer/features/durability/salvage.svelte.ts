import {
  errorFromReport,
  reportError,
  type DamageReport,
  type ProjectSummary,
  type SalvageReport,
  type TesseraError,
} from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';

/** A damaged project: what there is of it, and its building anew. */
export class Salvage {
  /** Null until it was looked at. */
  damage = $state.raw<DamageReport | null>(null);
  /** The snapshot to build from; null for what the damaged file tells alone. */
  chosen = $state<string | null>(null);
  done = $state.raw<{ project: ProjectSummary; report: SalvageReport } | null>(null);
  isBusy = $state(false);
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Pick<typeof client, 'durability'>;
  readonly #path: string;

  constructor(api: Pick<typeof client, 'durability'>, path: string) {
    this.#api = api;
    this.#path = path;
  }

  examine(): Promise<void> {
    return this.#guard(async () => {
      this.damage = await this.#api.durability.examine({ path: this.#path });
      this.chosen = this.damage.snapshots[0]?.name ?? null;
    });
  }

  build(): Promise<void> {
    return this.#guard(async () => {
      this.done = await this.#api.durability.salvage({ path: this.#path, snapshot: this.chosen });
    });
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
