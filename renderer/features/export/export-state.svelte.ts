import { errorFromReport, reportError } from '../../../app/contract/index.ts';
import type { ExportFormat, ExportResult, TesseraError } from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';
import { JobWatch, type JobCalls } from '../../shell/job-watch.svelte.ts';

/** One export: what is asked for, the job, and the certificate that it leaves. */
export class ExportState {
  readonly watch: JobWatch;
  format = $state<ExportFormat>('onnx');
  /** Where the person wants it; empty for the project's own folder. */
  out = $state('');
  result = $state.raw<ExportResult | null>(null);
  error = $state.raw<TesseraError | null>(null);

  readonly #api: { exports: Pick<typeof client.exports, 'start'> } & JobCalls;
  readonly #projectId: string;

  constructor(api: { exports: Pick<typeof client.exports, 'start'> } & JobCalls, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.watch = new JobWatch(api);
  }

  async start(runId: string): Promise<void> {
    this.result = null;
    this.error = null;
    const out = this.out.trim();
    try {
      const { result } = await this.watch.run(() =>
        this.#api.exports.start({
          projectId: this.#projectId,
          runId,
          format: this.format,
          ...(out === '' ? {} : { out }),
        }),
      );
      if (result?.kind === 'export') this.result = result;
    } catch (thrown) {
      const error = errorFromReport(reportError(thrown));
      if (error.code !== 'cancelled') this.error = error;
    }
  }

  hear(event: Heard): void {
    this.watch.hear(event);
  }
}
