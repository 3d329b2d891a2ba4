import {
  errorFromReport,
  reportError,
  type RateSearchResult,
  type TesseraError,
  type TrainSettings,
} from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';
import { JobWatch } from '../../shell/job-watch.svelte.ts';

/** The search for a learning rate, from its start to its curve. */
export class RateSearch {
  found = $state.raw<RateSearchResult | null>(null);
  error = $state.raw<TesseraError | null>(null);
  isBusy = $state(false);
  readonly watch: JobWatch;
  readonly #api: Pick<typeof client, 'runs' | 'jobs'>;
  readonly #projectId: string;

  constructor(api: Pick<typeof client, 'runs' | 'jobs'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.watch = new JobWatch(api);
  }

  async run(settings: TrainSettings): Promise<void> {
    this.isBusy = true;
    this.error = null;
    try {
      const begin = () => this.#api.runs.startRateSearch({ projectId: this.#projectId, settings });
      const { result } = await this.watch.run(begin);
      if (result?.kind === 'findRate') this.found = result;
    } catch (error) {
      const report = reportError(error);
      if (report.code !== 'cancelled') this.error = errorFromReport(report);
    } finally {
      this.isBusy = false;
    }
  }

  hear(event: Heard): void {
    this.watch.hear(event);
  }
}
