import {
  errorFromReport,
  reportError,
  TesseraError,
  type BroughtModelInfo,
  type ImportSource,
  type ModelPreview,
  type Preprocessing,
} from '../../../app/contract/index.ts';
import type { client, upload, UploadFile } from '../../client/index.ts';
import type { Gathered } from '../../shell/incoming/gather.ts';

/** A model's file on its way into the project: sent where it must be, looked into, shown, and then taken in. */
export class Bringing {
  step = $state<'idle' | 'sending' | 'inspecting' | 'preview' | 'taking'>('idle');
  /** What was given, by its name. */
  given = $state('');
  /** Share of the upload that is sent. */
  sent = $state(0);
  preview = $state.raw<ModelPreview | null>(null);
  /** What it will be called in the project. */
  name = $state('');
  preprocessing = $state<Preprocessing>('own');
  error = $state.raw<TesseraError | null>(null);

  readonly #api: Pick<typeof client, 'models'>;
  readonly #send: typeof upload;
  readonly #projectId: string;
  #source: ImportSource | null = null;
  /** Ends what is under way; a new one for everything that is given. */
  #abort = new AbortController();

  constructor(api: Pick<typeof client, 'models'>, send: typeof upload, projectId: string) {
    this.#api = api;
    this.#send = send;
    this.#projectId = projectId;
  }

  /** Sends what only the screen can reach, then looks into it. */
  async take({ name, source }: Gathered): Promise<void> {
    this.cancel();
    const { signal } = this.#abort;
    this.given = name;
    await this.#guard(async () => {
      if ('files' in source && source.files.length !== 1) {
        throw new TesseraError('invalidInput', {
          what: 'The model',
          reason: 'bring in one file at a time',
        });
      }
      this.#source = 'paths' in source ? source : await this.#upload(source.files, signal);
      this.step = 'inspecting';
      const asked = { projectId: this.#projectId, source: this.#source };
      const preview = await this.#api.models.inspect(asked, { signal });
      if (signal.aborted) return;
      this.preview = preview;
      this.name = preview.name;
      this.preprocessing = preview.preprocessing;
      this.step = 'preview';
    }, signal);
  }

  /** Takes in what is shown; null where that failed or another file was given meanwhile. */
  async accept(): Promise<BroughtModelInfo | null> {
    const { preview, preprocessing } = this;
    const source = this.#source;
    const { signal } = this.#abort;
    if (source === null || preview === null) return null;
    const name = this.name.trim();
    this.step = 'taking';
    return this.#guard(async () => {
      const brought = await this.#api.models.bring({
        projectId: this.#projectId,
        source,
        ...(name !== '' && { name }),
        // What nobody chose stays what it was taken for.
        ...(preprocessing !== 'own' && preprocessing !== preview.preprocessing && { preprocessing }),
      });
      this.cancel();
      return brought;
    }, signal);
  }

  /** Forgets what was given. */
  cancel(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.step = 'idle';
    this.preview = null;
    this.error = null;
    this.#source = null;
  }

  async #upload(files: readonly UploadFile[], signal: AbortSignal): Promise<{ uploadId: string }> {
    this.step = 'sending';
    this.sent = 0;
    const tell = (sent: number, total: number): void => {
      if (!signal.aborted) this.sent = total === 0 ? 0 : sent / total;
    };
    return { uploadId: await this.#send(files, tell, signal) };
  }

  /** What was cancelled is no failure; where taking in failed, what was found is still shown. */
  async #guard<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
    this.error = null;
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) return null;
      const failure = errorFromReport(reportError(error));
      if (failure.code !== 'cancelled') this.error = failure;
      this.step = this.preview === null ? 'idle' : 'preview';
      return null;
    }
  }
}
