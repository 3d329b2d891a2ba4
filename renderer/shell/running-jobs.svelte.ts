import { isUnderWay, type Job } from '../../app/contract/index.ts';
import type { client, Heard } from '../client/index.ts';

/** Jobs that are over and stay in sight. */
const keptOver = 8;

/** Every job that waits or runs, the oldest first, and those that have ended lately. */
export class RunningJobs {
  jobs = $state.raw<readonly Job[]>([]);
  /** The one that ended last comes first. */
  over = $state.raw<readonly Job[]>([]);
  /** Those that run, then those that wait in their order. */
  readonly inOrder: readonly Job[] = $derived(
    this.jobs.toSorted((a, b) => (a.place ?? -1) - (b.place ?? -1)),
  );
  readonly #api: Pick<typeof client, 'jobs'>;
  readonly #onEnd: (job: Job) => void;

  /** `onEnd` hears of every job that was running here and is over. */
  constructor(api: Pick<typeof client, 'jobs'>, onEnd: (job: Job) => void) {
    this.#api = api;
    this.#onEnd = onEnd;
  }

  async read(): Promise<void> {
    const all = await this.#api.jobs.list();
    this.over = all.filter((job) => !isUnderWay(job)).slice(0, keptOver);
    for (const job of all) this.#take(job);
  }

  hear(event: Heard): void {
    if (event.type === 'job') this.#take(event.job);
    if (event.type === 'reconnected') void this.read();
  }

  cancel(job: Job): Promise<void> {
    return this.#api.jobs.cancel({ jobId: job.id });
  }

  /** Puts one that waits before or behind its neighbour. */
  async move(job: Job, place: number): Promise<void> {
    await this.#api.jobs.move({ jobId: job.id, place: Math.max(0, place) });
  }

  pause(job: Job): Promise<void> {
    return this.#api.jobs.pause({ jobId: job.id });
  }

  resume(job: Job): Promise<void> {
    return this.#api.jobs.resume({ jobId: job.id });
  }

  retry(job: Job): Promise<void> {
    return this.#api.jobs.retry({ jobId: job.id });
  }

  #take(job: Job): void {
    const known = this.jobs.some(({ id }) => id === job.id);
    if (isUnderWay(job)) {
      this.over = this.over.filter(({ id }) => id !== job.id);
      this.jobs = known ? this.jobs.map((one) => (one.id === job.id ? job : one)) : [...this.jobs, job];
    } else if (known) {
      this.jobs = this.jobs.filter(({ id }) => id !== job.id);
      this.over = [job, ...this.over].slice(0, keptOver);
      this.#onEnd(job);
    }
  }
}
