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
/** Longer pause before these settings are tried out, ms. */
const trialPause = 1000;

/** What fits on this computer, for the settings of the form. */
export class FitsState {
  /** Null before this computer was measured. */
  fits = $state.raw<Fits | null>(null);
  isKnown = $state(false);
  isMeasuring = $state(false);
  /** The settings of the form are tried out. */
  isTrying = $state(false);
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Api;
  readonly #projectId: string;
  #settings: TrainSettings | null = null;
  #jobId: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #trialTimer: ReturnType<typeof setTimeout> | undefined;
  /** Nobody waits for exact numbers while it is closed. */
  #isOpen = false;
  /** The settings that were tried out last: what failed is not tried again and again. */
  #tried: string | null = null;
  #asked = 0;

  constructor(api: Api, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  askSoon(settings: TrainSettings): void {
    this.#settings = settings;
    clearTimeout(this.#trialTimer);
    this.#askAfterPause();
  }

  show(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#tryOutSoon();
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#trialTimer);
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
    if (event.type !== 'job' || isUnderWay(event.job)) return;
    if (event.job.id === this.#jobId) {
      if (event.job.error) this.error = errorFromReport(event.job.error);
      void this.#measured();
    }
    // What was in the way is over.
    else this.#tryOutSoon();
  }

  async #measured(): Promise<void> {
    this.#jobId = null;
    this.isMeasuring = false;
    this.isTrying = false;
    await this.#ask();
  }

  #askAfterPause(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), pause);
  }

  #tryOutSoon(): void {
    clearTimeout(this.#trialTimer);
    this.#trialTimer = setTimeout(() => void this.#tryOut(), trialPause);
  }

  /** Does the parts of a run of these settings once, unless that was done or something else is under way. */
  #tryOut(): Promise<void> {
    return this.#guard(async () => {
      const settings = this.#settings;
      const chosen = this.fits?.chosen ?? null;
      if (!this.#isOpen || this.#jobId !== null || settings === null) return;
      const asked = JSON.stringify(settings);
      if (asked === this.#tried) return;
      if (chosen === null || chosen.isRehearsed === true || settings.pretrained === 'head') return;
      const { jobId } = await this.#api.models.startRehearsal({ projectId: this.#projectId, settings });
      if (jobId === null) return;
      this.#tried = asked;
      this.isTrying = true;
      this.#jobId = jobId;
      // Its end may have been announced already.
      if (!isUnderWay(await this.#api.jobs.get({ jobId }))) await this.#measured();
    });
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
      this.#tryOutSoon();
    });
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.isMeasuring = false;
      this.isTrying = false;
      this.error = errorFromReport(reportError(error));
    }
  }
}
