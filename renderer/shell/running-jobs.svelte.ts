import type { Job } from '../../app/contract/index.ts';
import type { client, Heard } from '../client/index.ts';

const isRunning = ({ status }: Job): boolean => status === 'queued' || status === 'running';

/** Every job that waits or runs, the oldest first. */
export class RunningJobs {
  jobs = $state.raw<readonly Job[]>([]);
  readonly #api: Pick<typeof client, 'jobs'>;
  readonly #onEnd: (job: Job) => void;

  /** `onEnd` hears of every job that was running here and is over. */
  constructor(api: Pick<typeof client, 'jobs'>, onEnd: (job: Job) => void) {
    this.#api = api;
    this.#onEnd = onEnd;
  }

  async read(): Promise<void> {
    for (const job of await this.#api.jobs.list()) this.#take(job);
  }

  hear(event: Heard): void {
    if (event.type === 'job') this.#take(event.job);
    if (event.type === 'reconnected') void this.read();
  }

  cancel(job: Job): Promise<void> {
    return this.#api.jobs.cancel({ jobId: job.id });
  }

  #take(job: Job): void {
    const known = this.jobs.some(({ id }) => id === job.id);
    if (isRunning(job)) {
      this.jobs = known ? this.jobs.map((one) => (one.id === job.id ? job : one)) : [...this.jobs, job];
    } else if (known) {
      this.jobs = this.jobs.filter(({ id }) => id !== job.id);
      this.#onEnd(job);
    }
  }
}
