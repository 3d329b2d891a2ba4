import { randomUUID } from 'node:crypto';
import {
  errorFromReport,
  isUnderWay,
  reportError,
  TesseraError,
  type ErrorReport,
  type Job,
  type JobKind,
  type JobResult,
} from '../contract/index.ts';
import { laneOf, type Task, type TaskKind, type TaskResults } from '../core/tasks.ts';
import { Eta } from './eta.ts';
import type { EventHub } from './event-hub.ts';
import type { TaskHandle, TaskListener, TaskRunner } from './ports.ts';
import { Throttle } from './throttle.ts';
import { WaitingLine } from './waiting-line.ts';

/** Of work that belongs to no project, so that its line is nobody's to keep. */
export const noProject = '';
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
  /** The task that goes on where this one was paused, or ended too early. Left out: it can be neither paused nor repeated. */
  again?: Extract<Task, { kind: K }>;
  /** Whether the task takes notice of being asked to pause. */
  canPause?: boolean;
  /** It stays in the line of its project when Tessera ends. */
  isKept?: boolean;
  /** What else the task's reports do; they are written to the store here, before they are announced. */
  listener?: TaskListener;
  /** Writes the result to the store; the job is announced as done after it. What it throws fails the job. */
  onDone(result: TaskResults[K]): JobResult | Promise<JobResult>;
  /** Undoes or notes down; the job is announced as failed or cancelled after it. */
  onFailed?(error: TesseraError): void;
  /** It waits again: after a pause, or to be done once more. */
  onQueued?(): void;
  /** It is paused. */
  onPaused?(): void;
}

interface Entry {
  job: Job;
  /** Of one kind, which the methods that take a task keep. */
  work: Work<TaskKind>;
  handle: TaskHandle<TaskKind> | null;
  /** Somebody asked for it. */
  isCancelled: boolean;
  /** It did something before, and goes on from there. */
  isAgain: boolean;
  /** Resolves when the end of the job is written and announced. */
  settled: Promise<void>;
}

/** Remembers which runs of a project wait, in their order. */
export type KeepLine = (projectId: string, runIds: string[]) => void;

/**
 * Every job of this process, from its start until fifty more have finished. Heavy ones are done one at a time, in an order
 * that can be changed; what a person waits for begins at once.
 */
export class JobBoard implements AsyncDisposable {
  readonly #runner: TaskRunner;
  readonly #hub: EventHub;
  readonly #keepLine: KeepLine;
  readonly #entries = new Map<string, Entry>();
  readonly #line = new WaitingLine();
  #heavy: Entry | null = null;
  #closing = false;

  constructor(runner: TaskRunner, hub: EventHub, keepLine: KeepLine = () => undefined) {
    this.#runner = runner;
    this.#hub = hub;
    this.#keepLine = keepLine;
  }

  /** `isHeld`: it waits until it is resumed. */
  start<K extends TaskKind>(work: Work<K>, { isHeld = false } = {}): Job {
    const entry: Entry = {
      job: newJob(work),
      // What comes back to its methods is the result of its own task.
      work: work as unknown as Work<TaskKind>,
      handle: null,
      isCancelled: false,
      isAgain: false,
      settled: Promise.resolve(),
    };
    this.#entries.set(entry.job.id, entry);
    if (isHeld) entry.job = { ...entry.job, status: 'paused' };
    this.#queue(entry);
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

  /** The job that trains a run, when it is not over. */
  ofRun(runId: string): Job | null {
    return this.list().find((job) => job.kind === 'train' && job.runId === runId && isUnderWay(job)) ?? null;
  }

  /** Asks it to stop; a finished one stays as it is. Throws `jobNotFound`. */
  cancel(jobId: string): void {
    const entry = this.#entry(jobId);
    entry.isCancelled = true;
    if (entry.handle !== null) entry.handle.cancel();
    else if (this.#line.remove(jobId)) this.#dropWaiting(entry, new TesseraError('cancelled'));
  }

  /** Puts a waiting job at another place, 0 for the next one. Throws `jobNotFound` and `jobNotWaiting`. */
  move(jobId: string, place: number): void {
    const { job } = this.#entry(jobId);
    if (!this.#line.move(jobId, place)) throw new TesseraError('jobNotWaiting', { job: job.title });
    this.#lineChanged();
  }

  /**
   * Holds a job that waits; one that runs goes on to its next checkpoint and waits there. A finished one stays as it is.
   * Throws `jobNotFound` and `jobNotPausable`.
   */
  pause(jobId: string): void {
    const entry = this.#entry(jobId);
    if (!isUnderWay(entry.job) || entry.job.status === 'paused') return;
    if (!entry.job.canPause) throw new TesseraError('jobNotPausable', { job: entry.job.title });
    if (entry.handle !== null) {
      this.#change(entry, { isPausing: true });
      entry.handle.pause();
      this.#announce(entry);
    } else this.#hold(entry);
  }

  /** Lets a paused job wait for its turn, at the place that it has. Throws `jobNotFound`. */
  resume(jobId: string): void {
    const entry = this.#entry(jobId);
    // It still is on its way to its checkpoint, and is taken up again from there.
    if (entry.job.isPausing) this.#change(entry, { isPausing: false });
    else if (entry.job.status === 'paused') {
      entry.work.onQueued?.();
      this.#change(entry, { status: 'queued' });
      this.#lineChanged();
    } else return;
    this.#announce(entry);
    this.#next();
  }

  /** Does a job once more that failed or was cancelled. Throws `jobNotFound` and `jobNotRepeatable`. */
  retry(jobId: string): void {
    const entry = this.#entry(jobId);
    if (!entry.job.canRetry) throw new TesseraError('jobNotRepeatable', { job: entry.job.title });
    entry.work.onQueued?.();
    entry.isAgain = true;
    entry.isCancelled = false;
    this.#change(entry, { status: 'queued', progress: null, detail: '', error: null, canRetry: false });
    this.#queue(entry);
  }

  /** Whether a project has something under way. */
  isBusy(projectId: string): boolean {
    return this.list().some((job) => job.projectId === projectId && isUnderWay(job));
  }

  /**
   * Cancels what a project still has under way, and waits until its store is no longer needed. Runs that wait are taken off
   * the board; they stay in the line of their project.
   */
  async settleProject(projectId: string): Promise<void> {
    const entries = [...this.#entries.values()].filter(({ job }) => job.projectId === projectId);
    for (const entry of entries) this.#leave(entry);
    for (const { job } of entries) if (isUnderWay(job)) this.cancel(job.id);
    await Promise.all(entries.map(({ settled }) => settled));
  }

  /**
   * Ends the runner and waits until every job has written its end. What nobody has cancelled counts as stopped: it
   * can be taken up again. Runs that wait stay in the line of their project.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    for (const id of [...this.#line.ids]) {
      const entry = this.#entry(id);
      this.#leave(entry);
      if (this.#line.remove(id)) this.#dropWaiting(entry, closed);
    }
    await this.#runner[Symbol.asyncDispose]();
    await Promise.all([...this.#entries.values()].map(({ settled }) => settled));
  }

  /** Off the board without a word to the store, where the line is kept. */
  #leave(entry: Entry): void {
    if (entry.work.isKept !== true || !this.#line.remove(entry.job.id)) return;
    this.#change(entry, { status: 'cancelled', place: null, canRetry: false });
    this.#announce(entry);
  }

  #queue(entry: Entry): void {
    if (laneOf(entry.work.task.kind) === 'interactive') {
      this.#announce(entry);
      this.#begin(entry);
      return;
    }
    this.#line.append(entry.job.id);
    this.#lineChanged(entry);
    this.#next();
  }

  #hold(entry: Entry): void {
    entry.work.onPaused?.();
    this.#change(entry, { status: 'paused', isPausing: false, eta: null });
    this.#lineChanged(entry);
  }

  /** A waiting one never begins. */
  #dropWaiting(entry: Entry, error: TesseraError): void {
    this.#fail(entry, reportError(error));
    this.#lineChanged(entry);
    this.#forgetOldest();
  }

  /** Begins the first that waits, unless something heavy is done already. */
  #next(): void {
    if (this.#heavy !== null || this.#closing) return;
    const id = this.#line.ids.find((waiting) => this.#entry(waiting).job.status === 'queued');
    if (id === undefined) return;
    const entry = this.#entry(id);
    this.#heavy = entry;
    this.#line.remove(id);
    this.#lineChanged(entry);
    this.#begin(entry);
  }

  #begin(entry: Entry): void {
    const { again, task } = entry.work;
    const handle = this.#runner.run((entry.isAgain && again) || task, this.#listener(entry));
    entry.handle = handle;
    entry.settled = this.#settle(entry, handle);
  }

  #listener(entry: Entry): TaskListener {
    const announce = new Throttle(progressInterval, () => this.#announce(entry));
    const eta = new Eta();
    const { listener } = entry.work;
    return {
      ...listener,
      onStart: () => {
        listener?.onStart?.();
        this.#change(entry, { status: 'running' });
        this.#announce(entry);
      },
      onProgress: (done, total, detail) => {
        const progress = total === null || total === 0 ? null : Math.min(1, done / total);
        this.#change(entry, { progress, eta: eta.update(done, total, performance.now() / 1000), detail });
        announce.ask();
      },
    };
  }

  async #settle(entry: Entry, handle: TaskHandle<TaskKind>): Promise<void> {
    let isWaiting = false;
    try {
      const result = await entry.work.onDone(await handle.result);
      this.#change(entry, { status: 'done', progress: 1, eta: null, isPausing: false, result });
    } catch (thrown) {
      const error = this.#closing && !entry.isCancelled ? reportError(closed) : reportError(thrown);
      isWaiting = error.code === 'paused' && !entry.isCancelled && this.#waitAgain(entry);
      if (!isWaiting) this.#fail(entry, error.code === 'paused' ? reportError(cancelled) : error);
    }
    entry.handle = null;
    if (this.#heavy === entry) this.#heavy = null;
    if (!isWaiting) this.#announce(entry);
    this.#forgetOldest();
    this.#next();
  }

  /** At the head of the line: it is paused, or was asked to go on before it had come that far. False where that cannot be written. */
  #waitAgain(entry: Entry): boolean {
    entry.isAgain = true;
    this.#line.putFirst(entry.job.id);
    try {
      if (entry.job.isPausing) this.#hold(entry);
      else {
        entry.work.onQueued?.();
        this.#change(entry, { status: 'queued', eta: null });
        this.#lineChanged(entry);
      }
      return true;
    } catch {
      // A disk that is full: what is done to the run says so.
      this.#line.remove(entry.job.id);
      return false;
    }
  }

  #fail(entry: Entry, report: ErrorReport): void {
    const error = failureOf(entry.work, report);
    const status = error.code === 'cancelled' ? 'cancelled' : 'failed';
    this.#change(entry, {
      status,
      place: null,
      eta: null,
      isPausing: false,
      canRetry: entry.work.again !== undefined,
      error: status === 'failed' ? error : null,
    });
  }

  /** Tells everybody whose place is another one now, and `also`; keeps the lines of the projects. */
  #lineChanged(also?: Entry): void {
    const projects = new Set(also === undefined ? [] : [also.job.projectId]);
    for (const entry of this.#entries.values()) {
      const found = this.#line.placeOf(entry.job.id);
      const place = found === -1 ? null : found;
      if (place === entry.job.place && entry !== also) continue;
      this.#change(entry, { place });
      projects.add(entry.job.projectId);
      this.#announce(entry);
    }
    projects.delete(noProject);
    for (const projectId of projects) this.#keepLine(projectId, this.#runsThatWait(projectId));
  }

  #runsThatWait(projectId: string): string[] {
    return this.#line.ids
      .map((id) => this.#entry(id))
      .filter(({ job, work }) => job.projectId === projectId && work.isKept === true)
      .map(({ work }) => work.runId ?? '');
  }

  #change(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change };
  }

  #announce({ job }: Entry): void {
    if (this.#entries.has(job.id)) this.#hub.publish({ type: 'job', job });
  }

  #entry(jobId: string): Entry {
    const entry = this.#entries.get(jobId);
    if (entry === undefined) throw new TesseraError('jobNotFound', { job: jobId });
    return entry;
  }

  #forgetOldest(): void {
    const finished = this.list().filter((job) => !isUnderWay(job));
    for (const { id } of finished.slice(keptFinished)) this.#entries.delete(id);
  }
}

const cancelled = new TesseraError('cancelled');
const closed = new TesseraError('workerStopped', { reason: 'Tessera was closed' });

/** Lets the work note its failure; where even that fails, the job says that instead. */
function failureOf(work: Pick<Work<TaskKind>, 'onFailed'>, error: ErrorReport): ErrorReport {
  try {
    work.onFailed?.(errorFromReport(error));
    return error;
  } catch (second) {
    return reportError(second);
  }
}

function newJob({ kind, projectId, title, runId, canPause }: Omit<Work<TaskKind>, 'task' | 'onDone'>): Job {
  return {
    id: randomUUID(),
    kind,
    projectId,
    title,
    status: 'queued',
    place: null,
    isPausing: false,
    canPause: canPause ?? false,
    canRetry: false,
    progress: null,
    eta: null,
    detail: '',
    runId: runId ?? null,
    result: null,
    error: null,
  };
}
