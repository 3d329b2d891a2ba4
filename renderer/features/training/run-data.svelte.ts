import type { RunData, RunDataVersion, VersionComparison } from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';

export const dataChanges = [
  'added',
  'removed',
  'relabeled',
  'moved',
] as const satisfies (keyof VersionComparison)[];

/** The data that one run learned from; read when somebody looks. */
export class RunDataWatch {
  version = $state.raw<RunDataVersion | null>(null);
  /** In how far labels that were changed meanwhile were taken up. */
  stretches = $state.raw<readonly RunData[]>([]);
  /** Against now, once that was asked for. */
  comparison = $state.raw<VersionComparison | null>(null);
  readonly #api: Pick<typeof client, 'runs'>;
  readonly #which: { projectId: string; runId: string };

  constructor(api: Pick<typeof client, 'runs'>, projectId: string, runId: string) {
    this.#api = api;
    this.#which = { projectId, runId };
  }

  /** Throws what the calls throw. */
  async read(): Promise<void> {
    [this.version, this.stretches] = await Promise.all([
      this.#api.runs.dataVersion(this.#which),
      this.#api.runs.data(this.#which),
    ]);
  }

  async compare(): Promise<void> {
    this.comparison = await this.#api.runs.compareData(this.#which);
  }
}
