import {
  errorFromReport,
  reportError,
  TesseraError,
  type ColumnChoice,
  type ImportLayout,
  type ImportPreview,
  type ImportResult,
  type ImportSource,
  type Job,
  type Split,
} from '../../../app/contract/index.ts';
import type { client, Heard, upload, UploadFile } from '../../client/index.ts';
import type { Gathered } from '../../shell/incoming/gather.ts';
import { JobWatch } from '../../shell/job-watch.svelte.ts';

type Api = Pick<typeof client, 'dataset' | 'jobs'>;

/** Where pictures are on their way into the project, before they are imported. */
export type Step = 'idle' | 'sending' | 'inspecting' | 'preview';

/** Pictures on their way in: sent where they must be, looked into, shown, and then imported by a job. */
export class Importing {
  step = $state<Step>('idle');
  /** What was given, by its name. */
  name = $state('');
  /** Share of the upload that is sent. */
  sent = $state(0);
  preview = $state.raw<ImportPreview | null>(null);
  layout = $state<ImportLayout>('auto');
  /** Null leaves the splits as they were understood. */
  split = $state<Split | null>(null);
  /** The label of everything; empty leaves the labels as they were understood. */
  className = $state('');
  /** The originals stay where they are, and the project only refers to them. */
  inPlace = $state(false);
  /** What was said of a list's columns; null leaves that to Tessera. */
  columns = $state.raw<ColumnChoice | null>(null);
  /** Of the last import that ended well, until it is dismissed. */
  result = $state.raw<ImportResult | null>(null);
  error = $state.raw<TesseraError | null>(null);
  readonly watch: JobWatch;

  readonly #api: Api;
  readonly #send: typeof upload;
  readonly #projectId: string;
  #source = $state.raw<ImportSource | null>(null);
  #following: string | null = null;
  /** Ends what is under way; a new one for everything that is given. */
  #abort = new AbortController();

  constructor(api: Api, send: typeof upload, projectId: string) {
    this.#api = api;
    this.#send = send;
    this.#projectId = projectId;
    this.watch = new JobWatch(api);
  }

  /** Whether the originals are files that can stay where they are: not sent ones, nor parts of other files. */
  get canReference(): boolean {
    const layout = this.preview?.layout;
    const areFiles = layout === 'folders' || layout === 'csv';
    return areFiles && this.#source !== null && 'paths' in this.#source;
  }

  /** Follows an import that is running already: the sample's, or one from before a reload. */
  async open(): Promise<void> {
    await this.#guard(async () => {
      const job = (await this.#api.jobs.list()).find((one) => this.#isOurs(one));
      if (job) void this.#follow(job.id);
    });
  }

  /** Sends what only the screen can reach, then looks into it. */
  async take({ name, source }: Gathered): Promise<void> {
    this.cancel();
    const { signal } = this.#abort;
    this.name = name;
    this.layout = 'auto';
    this.split = null;
    this.className = '';
    this.inPlace = false;
    this.columns = null;
    this.result = null;
    await this.#guard(async () => {
      if ('files' in source && source.files.length === 0)
        throw new TesseraError('importEmpty', { path: name });
      this.#source = 'paths' in source ? source : await this.#upload(source.files, signal);
      await this.#inspect(signal);
    }, signal);
  }

  /** Looks into it again, as if it were laid out that way. */
  async choose(layout: ImportLayout): Promise<void> {
    this.#restart();
    const { signal } = this.#abort;
    this.layout = layout;
    this.columns = null;
    await this.#guard(() => this.#inspect(signal), signal);
  }

  /** Looks into it again, with these columns of its list. */
  async chooseColumns(columns: ColumnChoice): Promise<void> {
    this.#restart();
    const { signal } = this.#abort;
    this.columns = columns;
    await this.#guard(() => this.#inspect(signal), signal);
  }

  /** Imports what the preview shows; the job can be left. */
  async start(): Promise<void> {
    const { layout, split, columns } = this;
    const className = this.className.trim();
    const source = this.#source;
    const inPlace = this.inPlace && this.canReference;
    if (!source) return;
    this.step = 'idle';
    this.preview = null;
    await this.#guard(async () => {
      const { jobId } = await this.#api.dataset.startImport({
        ...{ projectId: this.#projectId, source, layout },
        ...(split && { split }),
        ...(columns && { columns }),
        ...(className !== '' && { className }),
        ...(inPlace && { inPlace }),
      });
      await this.#follow(jobId);
    });
  }

  /** Before the import: forgets what was given. */
  cancel(): void {
    this.#restart();
    this.step = 'idle';
    this.preview = null;
    this.error = null;
    this.#source = null;
  }

  cancelJob(): Promise<void> {
    return this.#guard(() => this.watch.cancel());
  }

  dismiss(): void {
    this.result = null;
    this.error = null;
  }

  hear(event: Heard): void {
    this.watch.hear(event);
    if (event.type === 'job' && this.#isOurs(event.job)) void this.#follow(event.job.id);
  }

  async #upload(files: readonly UploadFile[], signal: AbortSignal): Promise<{ uploadId: string }> {
    this.step = 'sending';
    this.sent = 0;
    const tell = (sent: number, total: number): void => {
      if (!signal.aborted) this.sent = total === 0 ? 0 : sent / total;
    };
    return { uploadId: await this.#send(files, tell, signal) };
  }

  async #inspect(signal: AbortSignal): Promise<void> {
    if (!this.#source) return;
    this.step = 'inspecting';
    const { layout, columns } = this;
    const input = { source: this.#source, layout, ...(columns && { columns }) };
    const preview = await this.#api.dataset.inspect(input, { signal });
    if (signal.aborted) return;
    this.preview = preview;
    this.step = 'preview';
  }

  /** Until it ends; one at a time, the others wait their turn. */
  async #follow(jobId: string): Promise<void> {
    if (this.#following !== null) return;
    this.#following = jobId;
    await this.#guard(async () => {
      const { result } = await this.watch.run(() => Promise.resolve({ jobId }));
      this.result = result?.kind === 'import' ? result : null;
    });
    this.#following = null;
  }

  /** An import into this project that is not over. */
  #isOurs({ projectId, kind, status }: Job): boolean {
    const isImport = kind === 'import' || kind === 'sample';
    return projectId === this.#projectId && isImport && (status === 'queued' || status === 'running');
  }

  #restart(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /** What was cancelled is no failure. What could not be looked into may be laid out in another way. */
  async #guard(work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    this.error = null;
    try {
      await work();
    } catch (error) {
      if (signal?.aborted) return;
      const failure = errorFromReport(reportError(error));
      if (failure.code !== 'cancelled') this.error = failure;
      if (this.step === 'sending') this.step = 'idle';
      if (this.step === 'inspecting') {
        this.preview = null;
        this.step = 'preview';
      }
    }
  }
}
