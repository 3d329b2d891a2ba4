import {
  errorFromReport,
  reportError,
  type ProjectSummary,
  type SampleName,
  type TesseraError,
} from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';

type Api = Pick<typeof client, 'projects' | 'jobs' | 'host'>;

/** The home screen: the projects that were opened lately, and the ways to others. */
export class Home {
  /** Null until they were read; the latest first. */
  projects = $state.raw<readonly ProjectSummary[] | null>(null);
  /** Where new projects go unless another path is given; empty until it is known. */
  projectsFolder = $state('');
  /** Something is being made or opened. */
  isBusy = $state(false);
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async open(): Promise<void> {
    await this.guard(async () => {
      const [projects, host] = await Promise.all([this.#api.projects.list(), this.#api.host()]);
      this.projects = projects;
      this.projectsFolder = host.projectsFolder;
    });
  }

  /** An empty project; without a path, in the projects folder. Null where it could not be made. */
  create(name: string, path = ''): Promise<ProjectSummary | null> {
    return this.#enter(async () => {
      const input = path.trim() === '' ? { name: name.trim() } : { name: name.trim(), path: path.trim() };
      return (await this.#api.projects.create(input)).project;
    });
  }

  /** A project that a job fills with the sample's pictures. */
  createSample(sample: SampleName, name: string): Promise<ProjectSummary | null> {
    return this.#enter(async () => (await this.#api.projects.create({ name, sample })).project);
  }

  /** The project that lies in a folder. */
  openFolder(path: string): Promise<ProjectSummary | null> {
    return this.#enter(() => this.#api.projects.open({ path: path.trim() }));
  }

  rename(project: ProjectSummary, name: string): Promise<void> {
    return this.guard(async () => {
      // Only an open project can be renamed.
      const { id } = await this.#api.projects.open({ path: project.path });
      await this.#api.projects.rename({ projectId: id, name: name.trim() });
      await this.#read();
    });
  }

  /**
   * Takes it off the list; the folder stays. False for a project that still works on something, which this would
   * cancel, and where it failed.
   */
  async forget(project: ProjectSummary): Promise<boolean> {
    let forgotten = false;
    await this.guard(async () => {
      if (await this.#isWorking(project.id)) return;
      await this.#api.projects.forget({ projectId: project.id });
      forgotten = true;
      await this.#read();
    });
    return forgotten;
  }

  hear(event: Heard): void {
    if (event.type === 'projects' || event.type === 'reconnected') void this.guard(() => this.#read());
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

  async #enter(work: () => Promise<ProjectSummary>): Promise<ProjectSummary | null> {
    let project: ProjectSummary | null = null;
    this.isBusy = true;
    await this.guard(async () => void (project = await work()));
    this.isBusy = false;
    return project;
  }

  async #read(): Promise<void> {
    this.projects = await this.#api.projects.list();
  }

  async #isWorking(projectId: string): Promise<boolean> {
    const jobs = await this.#api.jobs.list();
    return jobs.some(
      (job) => job.projectId === projectId && (job.status === 'queued' || job.status === 'running'),
    );
  }
}
