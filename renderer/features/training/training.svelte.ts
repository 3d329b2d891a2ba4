import { SvelteMap } from 'svelte/reactivity';
import { errorFromReport, isUnderWay, reportError } from '../../../app/contract/index.ts';
import type { DatasetSummary, Job, Run, TesseraError } from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';
import { BroughtModels } from './brought-models.svelte.ts';
import { RunComparison, type ComparedRun } from './run-comparison.svelte.ts';
import { RunList } from './run-list.svelte.ts';
import { RunNotes } from './run-notes.svelte.ts';
import { RunWatch } from './run-watch.svelte.ts';
import { TrainForm, type DataShape } from './train-form.svelte.ts';

type Api = Pick<typeof client, 'dataset' | 'models' | 'runs' | 'jobs'>;

/** The Train screen of one project: the form, the runs, and the one whose curves are shown. */
export class Training {
  readonly form: TrainForm;
  readonly list: RunList;
  readonly brought: BroughtModels;
  readonly comparison: RunComparison;
  readonly notes: RunNotes;
  watch = $state.raw<RunWatch | null>(null);
  summary = $state.raw<DatasetSummary | null>(null);
  /** The classes for what is none of the others, and their pictures. */
  noneClasses = $state.raw<readonly { name: string; train: number }[]>([]);
  /** The classes that have pictures, in their order. */
  classNames = $state.raw<readonly string[]>([]);
  shape = $state.raw<DataShape>({ channels: 1, classes: 2 });
  isStarting = $state(false);
  error = $state.raw<TesseraError | null>(null);

  readonly selected: Run | null = $derived.by(
    () => this.list.shown.find((run) => run.id === this.watch?.runId) ?? null,
  );
  /** The runs that were chosen to be laid over each other, in the order of the list. */
  readonly compared: readonly (ComparedRun & { run: Run })[] = $derived.by(() =>
    this.list.shown.flatMap((run) => {
      const compared = this.comparison.get(run.id);
      return compared ? [{ ...compared, run }] : [];
    }),
  );
  /** The job that trains the selected run; null when nothing does. */
  readonly job: Job | null = $derived.by(() => this.#jobs.get(this.watch?.runId ?? '') ?? null);

  readonly #api: Api;
  readonly #projectId: string;
  /** Training jobs that are not over, by run. */
  readonly #jobs = new SvelteMap<string, Job>();

  constructor(api: Api, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.form = new TrainForm(api, projectId);
    this.list = new RunList(api, projectId);
    this.brought = new BroughtModels(api, projectId);
    this.comparison = new RunComparison(api, projectId);
    this.notes = new RunNotes(api, projectId);
  }

  /** Reads everything on the screen, and takes the settings of the last run as a beginning where nobody has made one. */
  open(runId: string | null, compared: readonly string[] = []): Promise<void> {
    return this.guard(async () => {
      await this.list.read();
      const run = this.list.runs.find(({ id }) => id === runId) ?? this.list.runs[0];
      // The curves are asked for first: the host answers one after the other.
      const curves = run ? this.#show(run.id) : null;
      const form = Promise.all([this.form.read(), this.#readData(), this.#readJobs()]).then(() => {
        if (run && this.form.isUntouched) this.form.adopt(run.settings);
      });
      await Promise.all([curves, form]);
      const known = compared.filter((id) => this.list.runs.some((one) => one.id === id));
      await Promise.all(known.map((id) => this.comparison.add(id)));
      await this.notes.read();
      // Last: one that is damaged takes nothing else of the screen along.
      await this.brought.read();
    });
  }

  select(runId: string): Promise<void> {
    return this.guard(() => this.#show(runId));
  }

  /** Lays a run over others, or takes it away again. */
  compare(runId: string, isCompared: boolean): Promise<void> {
    return this.guard(async () => {
      if (isCompared) await this.comparison.add(runId);
      else this.comparison.remove(runId);
    });
  }

  start(): Promise<void> {
    return this.#begin({ settings: { ...$state.snapshot(this.form.settings), model: this.form.model } });
  }

  resume(run: Run): Promise<void> {
    return this.#begin({ settings: run.settings, resume: run.id });
  }

  stop(): Promise<void> {
    return this.guard(async () => {
      if (this.job) await this.#api.jobs.cancel({ jobId: this.job.id });
    });
  }

  hear(event: Heard): void {
    this.list.hear(event);
    this.watch?.hear(event);
    this.comparison.hear(event);
    this.notes.hear(event, () => void this.readNotes());
    if (event.type === 'job') this.#take(event.job);
    if (event.type === 'dataset' && event.projectId === this.#projectId) {
      void this.guard(() => this.#readData());
    }
    if (event.type === 'reconnected') void this.guard(() => this.#readAgain());
  }

  readNotes(): Promise<void> {
    return this.guard(() => this.notes.read());
  }

  /** Does a piece of work; what it throws is shown on the screen. */
  async guard(work: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await work();
    } catch (error) {
      this.error = errorFromReport(reportError(error));
    }
  }

  #begin(request: Omit<Parameters<Api['runs']['start']>[0], 'projectId'>): Promise<void> {
    return this.guard(async () => {
      this.isStarting = true;
      try {
        const { run } = await this.#api.runs.start({ projectId: this.#projectId, ...request });
        this.list.hear({ type: 'run', projectId: this.#projectId, run });
        await Promise.all([this.#readJobs(), this.#show(run.id)]);
      } finally {
        this.isStarting = false;
      }
    });
  }

  async #show(runId: string): Promise<void> {
    const watch = new RunWatch(this.#api, this.#projectId, runId);
    this.watch = watch;
    await watch.read();
  }

  async #readAgain(): Promise<void> {
    await Promise.all([
      this.list.read(),
      this.brought.read(),
      this.#readJobs(),
      this.#readData(),
      this.watch?.read(),
      this.comparison.readAgain(),
    ]);
  }

  async #readData(): Promise<void> {
    const which = { projectId: this.#projectId };
    const [summary, classes, pictures] = await Promise.all([
      this.#api.dataset.summary(which),
      this.#api.dataset.classes(which),
      this.#api.dataset.images({ ...which, filter: {}, offset: 0, limit: 100 }),
    ]);
    this.summary = summary;
    this.noneClasses = classes.filter(({ isNone }) => isNone);
    this.classNames = classes.filter(({ total }) => total > 0).map(({ name }) => name);
    this.shape = {
      channels: pictures.images.some(({ channels }) => channels > 1) ? 3 : 1,
      classes: Math.max(1, this.classNames.length),
    };
  }

  async #readJobs(): Promise<void> {
    this.#jobs.clear();
    for (const job of await this.#api.jobs.list()) this.#take(job);
  }

  #take(job: Job): void {
    if (job.kind !== 'train' || job.runId === null) return;
    if (isUnderWay(job)) this.#jobs.set(job.runId, job);
    else this.#jobs.delete(job.runId);
  }
}
