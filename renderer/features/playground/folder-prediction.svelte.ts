import { errorFromReport, reportError, usualThreshold } from '../../../app/contract/index.ts';
import type { AnswersFormat, ImportSource, JobResult, TesseraError } from '../../../app/contract/index.ts';
import type { client, Heard, upload, UploadFile } from '../../client/index.ts';
import { JobWatch } from '../../shell/job-watch.svelte.ts';

type FolderResult = Extract<JobResult, { kind: 'predictFolder' }>;
type Api = Pick<typeof client, 'predictions' | 'jobs'>;

/** A whole folder through a model: the upload where there is one, the job, and what it leaves. */
export class FolderPrediction {
  readonly watch: JobWatch;
  format = $state<AnswersFormat>('csv');
  /** What the person set, by format: a table is usually whole, sorted copies leave out guesses. */
  thresholds = $state<Record<AnswersFormat, number>>({ ...usualThreshold });
  /** Where the answers go; empty for the project's own folder. */
  out = $state('');
  /** An exported model that is asked instead of the run; empty for the run. */
  model = $state('');
  /** Share of the upload that is sent; null when nothing is being sent. */
  sent = $state<number | null>(null);
  result = $state.raw<FolderResult | null>(null);
  error = $state.raw<TesseraError | null>(null);
  readonly isBusy: boolean = $derived.by(() => this.sent !== null || this.watch.job !== null);
  readonly threshold: number = $derived(this.thresholds[this.format]);

  readonly #api: Api;
  readonly #send: typeof upload;
  readonly #which: { projectId: string; runId: string };

  constructor(api: Api, send: typeof upload, which: { projectId: string; runId: string }) {
    this.#api = api;
    this.#send = send;
    this.#which = which;
    this.watch = new JobWatch(api);
  }

  /** Folders and files that the services can reach themselves. */
  fromPaths(paths: readonly string[]): Promise<void> {
    return this.#predict(() => Promise.resolve({ paths: [...paths] }));
  }

  /** Files that only the screen can reach. */
  fromFiles(files: readonly UploadFile[]): Promise<void> {
    return this.#predict(async () => {
      this.sent = 0;
      try {
        return { uploadId: await this.#send(files, (sent, total) => (this.sent = sent / total)) };
      } finally {
        this.sent = null;
      }
    });
  }

  hear(event: Heard): void {
    this.watch.hear(event);
  }

  async #predict(prepare: () => Promise<ImportSource>): Promise<void> {
    this.result = null;
    this.error = null;
    const [out, model] = [this.out.trim(), this.model.trim()];
    const { format, threshold } = this;
    const { projectId } = this.#which;
    try {
      const source = await prepare();
      const job = await this.watch.run(() =>
        this.#api.predictions.startFolder({
          ...(model === '' ? this.#which : { projectId, model }),
          source,
          format,
          threshold,
          ...(out !== '' && { out }),
        }),
      );
      this.result = job.result?.kind === 'predictFolder' ? job.result : null;
    } catch (error) {
      this.error = errorFromReport(reportError(error));
    }
  }
}
