import {
  errorFromReport,
  reportError,
  type DataExportResult,
  type TesseraError,
} from '../../../../app/contract/index.ts';
import type { client, Heard } from '../../../client/index.ts';
import { JobWatch } from '../../../shell/job-watch.svelte.ts';

/** The pictures on their way out of the project: where to, the job, and what it left. */
export class TakingOut {
  readonly watch: JobWatch;
  /** Where the person wants them; empty for the project's own folder. */
  out = $state('');
  result = $state.raw<DataExportResult | null>(null);
  error = $state.raw<TesseraError | null>(null);

  readonly #api: Pick<typeof client, 'dataset' | 'jobs'>;
  readonly #projectId: string;

  constructor(api: Pick<typeof client, 'dataset' | 'jobs'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.watch = new JobWatch(api);
  }

  async start(): Promise<void> {
    this.result = null;
    this.error = null;
    const out = this.out.trim();
    const input = { projectId: this.#projectId, ...(out === '' ? {} : { out }) };
    try {
      const { result } = await this.watch.run(() => this.#api.dataset.startExport(input));
      if (result?.kind === 'exportData') this.result = result;
    } catch (thrown) {
      const error = errorFromReport(reportError(thrown));
      if (error.code !== 'cancelled') this.error = error;
    }
  }

  hear(event: Heard): void {
    this.watch.hear(event);
  }
}
