import { errorFromReport, type Job } from '../../app/contract/index.ts';
import type { client, Heard } from '../client/index.ts';

/** What following a job takes. */
export interface JobCalls {
  jobs: Pick<(typeof client)['jobs'], 'get' | 'list' | 'cancel'>;
}

/** Follows one job at a time, for the screen that started it, from its start to its end. */
export class JobWatch {
  /** The job that runs now, with its progress. */
  job = $state.raw<Job | null>(null);
  readonly #api: JobCalls;
  /** Of the job that is followed: its end may be announced before it was asked how it stands. */
  #jobId: string | null = null;
  #settle: { done: (job: Job) => void; failed: (error: Error) => void } | null = null;

  constructor(api: JobCalls) {
    this.#api = api;
  }

  /** Resolves with the job when it is done; throws its error, or `cancelled`. */
  async run(begin: () => Promise<{ jobId: string }>): Promise<Job> {
    const { jobId } = await begin();
    this.#jobId = jobId;
    const ended = new Promise<Job>((done, failed) => (this.#settle = { done, failed }));
    // It is handed on below; until then a failure is nobody's.
    ended.catch(() => undefined);
    const job = await this.#api.jobs.get({ jobId });
    if (this.#jobId === jobId) this.#take(job);
    return ended;
  }

  async cancel(): Promise<void> {
    if (this.job) await this.#api.jobs.cancel({ jobId: this.job.id });
  }

  /** Give it every event: after a lost connection it asks how the job stands. */
  hear(event: Heard): void {
    const jobId = this.#jobId;
    if (jobId === null) return;
    if (event.type === 'job' && event.job.id === jobId) this.#take(event.job);
    if (event.type === 'reconnected') {
      this.#api.jobs.get({ jobId }).then(
        (job) => this.#take(job),
        (error: Error) => this.#end()?.failed(error),
      );
    }
  }

  #take(job: Job): void {
    this.job = job;
    if (job.status === 'done') this.#end()?.done(job);
    if (job.status === 'failed' || job.status === 'cancelled') {
      this.#end()?.failed(errorFromReport(job.error ?? { code: 'cancelled', details: {}, message: '' }));
    }
  }

  #end(): { done: (job: Job) => void; failed: (error: Error) => void } | null {
    const settle = this.#settle;
    this.#settle = null;
    this.#jobId = null;
    this.job = null;
    return settle;
  }
}
