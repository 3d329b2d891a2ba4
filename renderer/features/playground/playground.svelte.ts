import { errorFromReport, reportError } from '../../../app/contract/index.ts';
import type { Prediction, TesseraError } from '../../../app/contract/index.ts';
import type { client, upload, UploadFile } from '../../client/index.ts';
import { Latest } from './latest.ts';

/** Pictures tried on one run, one at a time: what was given, and what the run says of it. */
export class Playground {
  /** The picture in question, to be shown beside the answer. */
  given = $state.raw<{ name: string; url: string } | null>(null);
  prediction = $state.raw<Prediction | null>(null);
  isAsking = $state(false);
  error = $state.raw<TesseraError | null>(null);

  readonly #api: Pick<typeof client, 'predictions'>;
  readonly #send: typeof upload;
  readonly #which: { projectId: string; runId: string };
  readonly #latest = new Latest<UploadFile>((file) => this.#ask(file));

  constructor(
    api: Pick<typeof client, 'predictions'>,
    send: typeof upload,
    which: { projectId: string; runId: string },
  ) {
    this.#api = api;
    this.#send = send;
    this.#which = which;
  }

  /** Asks about a picture; a newer one overtakes those that still wait. */
  try(file: UploadFile): void {
    if (this.given) URL.revokeObjectURL(this.given.url);
    this.given = { name: file.name, url: URL.createObjectURL(file.blob) };
    this.#latest.offer(file);
  }

  clear(): void {
    if (this.given) URL.revokeObjectURL(this.given.url);
    this.given = null;
    this.prediction = null;
    this.error = null;
  }

  async #ask(file: UploadFile): Promise<void> {
    this.isAsking = true;
    this.error = null;
    try {
      const uploadId = await this.#send([file]);
      const [prediction] = await this.#api.predictions.predict({ ...this.#which, pictures: { uploadId } });
      if (this.given?.name === file.name) this.prediction = prediction ?? null;
    } catch (error) {
      this.prediction = null;
      this.error = errorFromReport(reportError(error));
    } finally {
      this.isAsking = false;
    }
  }
}
