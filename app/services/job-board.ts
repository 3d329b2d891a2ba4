import { randomUUID } from 'node:crypto';
import {
  errorFromReport,
  reportError,
  TesseraError,
  type ErrorReport,
  type Job,
  type JobKind,
  type JobResult,
} from '../contract/index.ts';
import type { Task, TaskKind, TaskResults } from '../core/tasks.ts';
import { Eta } from './eta.ts';
import type { EventHub } from './event-hub.ts';
import type { TaskHandle, TaskListener, TaskRunner } from './ports.ts';
import { Throttle } from './throttle.ts';

/** Finished jobs that stay listed. */
const keptFinished = 50;
/** Progress of one job is announced at most this often, ms. */
const progressInterval = 100;

/** A task that a person watches as a job. */
export interface Work<K extends TaskKind> {
  kind: JobKind;
  projectId: string;
  title: string;
  runId?: string;
  task: Extract<Task, { kind: K }>;
  /** What else the task's reports do; they are written to the store here, before they are announced. */
  listener?: TaskListener;
  /** Writes the result to the store; the job is announced as done after it. What it throws fails the job. */
  onDone(result: TaskResults[K]): JobResult | Promise<JobResult>;
  /** Undoes or notes down; the job is announced as failed or cancelled after it. */
  onFailed?(error: TesseraError): void;
}

interface Entry {
  job: Job;
  /** Somebody asked for it. */
  cancelled: boolean;
  cancel(): void;
  /** Resolves when the end of the job is written and announced. */
  settled: Promise<void>;
}

/** Every job of this process, from its start until fifty more have finished. */
export class JobBoard implements AsyncDisposable {
  readonly #runner: TaskRunner;
  readonly #hub: EventHub;
  readonly #entries = new Map<string, Entry>();

  #closing = false;

  constructor(runner: TaskRunner, hub: EventHub) {
    this.#runner = runner;
    this.#hub = hub;
  }

  start<K extends TaskKind>(work: Work<K>): Job {
    const { id } = this.#enter(newJob(work));
    const entry = this.#entry(id);
    const handle = this.#runner.run(work.task, this.#listener(id, work));
    entry.cancel = () => handle.cancel();
    entry.settled = this.#settle(id, work, handle);
    return entry.job;
  }

  /** The newest first. */
  list(): Job[] {
    return [...this.#entries.values()].map(({ job }) => job).reverse();
  }

  /** Throws `jobNotFound`. */
  get(jobId: string): Job {
    return this.#entry(jobId).job;
  }

  /** Asks it to stop; a finished one stays as it is. Throws `jobNotFound`. */
  cancel(jobId: string): void {
    const entry = this.#entry(jobId);
    entry.cancelled = true;
    entry.cancel();
  }

  /** Whether a project has something under way. */
  isBusy(projectId: string): boolean {
    return this.list().some(
      (job) => job.projectId === projectId && (job.status === 'queued' || job.status === 'running'),
    );
  }

  /** Cancels what a project still has under way, and waits until its store is no longer needed. */
  async settleProject(projectId: string): Promise<void> {
    const entries = [...this.#entries.values()].filter(({ job }) => job.projectId === projectId);
    for (const { job } of entries) this.cancel(job.id);
    await Promise.all(entries.map(({ settled }) => settled));
  }

  /**
   * Ends the runner and waits until every job has written its end. What nobody has cancelled counts as stopped: it
   * can be taken up again.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    await this.#runner[Symbol.asyncDispose]();
    await Promise.all([...this.#entries.values()].map(({ settled }) => settled));
  }

  #enter(job: Job): Job {
    this.#entries.set(job.id, { job, cancelled: false, cancel: () => undefined, settled: Promise.resolve() });
    this.#announce(job.id);
    return job;
  }

  #listener<K extends TaskKind>(jobId: string, work: Work<K>): TaskListener {
    const announce = new Throttle(progressInterval, () => this.#announce(jobId));
    const eta = new Eta();
    return {
      ...work.listener,
      onStart: () => {
        work.listener?.onStart?.();
        this.#change(jobId, { status: 'running' });
        this.#announce(jobId);
      },
      onProgress: (done, total, detail) => {
        const progress = total === null || total === 0 ? null : Math.min(1, done / total);
        this.#change(jobId, { progress, eta: eta.update(done, total, performance.now() / 1000), detail });
        announce.ask();
      },
    };
  }

  async #settle<K extends TaskKind>(jobId: string, work: Work<K>, handle: TaskHandle<K>): Promise<void> {
    try {
      const result = await work.onDone(await handle.result);
      this.#change(jobId, { status: 'done', progress: 1, eta: null, result });
    } catch (thrown) {
      const error = failureOf(work, this.#isClosedUpon(jobId) ? closed : reportError(thrown));
      const status = error.code === 'cancelled' ? 'cancelled' : 'failed';
      this.#change(jobId, { status, eta: null, error: status === 'failed' ? error : null });
    }
    this.#announce(jobId);
    this.#forgetOldest();
  }

  #isClosedUpon(jobId: string): boolean {
    return this.#closing && !this.#entry(jobId).cancelled;
  }

  #change(jobId: string, change: Partial<Job>): void {
    const entry = this.#entry(jobId);
    entry.job = { ...entry.job, ...change };
  }

  #announce(jobId: string): void {
    const entry = this.#entries.get(jobId);
    if (entry) this.#hub.publish({ type: 'job', job: entry.job });
  }

  #entry(jobId: string): Entry {
    const entry = this.#entries.get(jobId);
    if (entry === undefined) throw new TesseraError('jobNotFound', { job: jobId });
    return entry;
  }

  #forgetOldest(): void {
    const finished = this.list().filter(({ status }) => status !== 'queued' && status !== 'running');
    for (const { id } of finished.slice(keptFinished)) this.#entries.delete(id);
  }
}

const closed = reportError(new TesseraError('workerStopped', { reason: 'Tessera was closed' }));

/** Lets the work note its failure; where even that fails, the job says that instead. */
function failureOf(work: Pick<Work<TaskKind>, 'onFailed'>, error: ErrorReport): ErrorReport {
  try {
    work.onFailed?.(errorFromReport(error));
    return error;
  } catch (second) {
    return reportError(second);
  }
}

function newJob({ kind, projectId, title, runId }: Omit<Work<TaskKind>, 'task' | 'onDone'>): Job {
  return {
    id: randomUUID(),
    kind,
    projectId,
    title,
    status: 'queued',
    progress: null,
    eta: null,
    detail: '',
    runId: runId ?? null,
    result: null,
    error: null,
  };
}
