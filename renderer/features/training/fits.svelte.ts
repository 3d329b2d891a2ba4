import {
  errorFromReport,
  isUnderWay,
  reportError,
  type Fits,
  type TesseraError,
  type TrainSettings,
} from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';

type Api = Pick<typeof client, 'models' | 'jobs'>;
/** Pause after the last change of the settings, ms. */
const pause = 400;

/** What fits on this computer, for the settings of the form. */
export class FitsState {
  /** Null before this computer was measured. */
  fits = $state.raw<Fits | null>(null);
  isKnown = $state(false);
  isMeasuring = $state(false);
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Api;
  readonly #projectId: string;
  #settings: TrainSettings | null = null;
  #jobId: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(api: Api, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  askSoon(settings: TrainSettings): void {
    this.#settings = settings;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), pause);
  }

  async measure(threads: number): Promise<void> {
    await this.#guard(async () => {
      this.isMeasuring = true;
      const { jobId } = await this.#api.models.startBenchmark({ projectId: this.#projectId, threads });
      this.#jobId = jobId;
      // Its end may have been announced already.
      if (!isUnderWay(await this.#api.jobs.get({ jobId }))) await this.#measured();
    });
  }

  hear(event: Heard): void {
    if (event.type !== 'job' || event.job.id !== this.#jobId || isUnderWay(event.job)) return;
    if (event.job.error) this.error = errorFromReport(event.job.error);
    void this.#measured();
  }

  async #measured(): Promise<void> {
    this.#jobId = null;
    this.isMeasuring = false;
    await this.#ask();
  }

  #ask(): Promise<void> {
    const settings = this.#settings;
    const asked = (this.#asked += 1);
    return this.#guard(async () => {
      if (settings === null) return;
      const fits = await this.#api.models.fits({ projectId: this.#projectId, settings });
      if (asked !== this.#asked) return;
      this.fits = fits;
      this.isKnown = true;
    });
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.isMeasuring = false;
      this.error = errorFromReport(reportError(error));
    }
  }
}
