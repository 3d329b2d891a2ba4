import { errorFromReport, reportError, TesseraError, type ProjectSummary } from '../../app/contract/index.ts';
import type { client, Heard } from '../client/index.ts';

/** The project that the address names. One that was closed since is opened again. */
export class CurrentProject {
  /** Null until it is open. */
  summary = $state.raw<ProjectSummary | null>(null);
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Pick<typeof client, 'projects'>;
  readonly #id: string;

  constructor(api: Pick<typeof client, 'projects'>, id: string) {
    this.#api = api;
    this.#id = id;
  }

  async open(): Promise<void> {
    this.error = null;
    try {
      this.summary = await this.#find();
    } catch (error) {
      this.error = errorFromReport(reportError(error));
    }
  }

  hear(event: Heard): void {
    if (event.type === 'projects' || event.type === 'reconnected') void this.open();
  }

  async #find(): Promise<ProjectSummary> {
    try {
      return await this.#api.projects.get({ projectId: this.#id });
    } catch (error) {
      if (!(error instanceof TesseraError) || error.code !== 'projectNotOpen') throw error;
      const known = (await this.#api.projects.list()).find(({ id }) => id === this.#id);
      if (!known) throw error;
      return this.#api.projects.open({ path: known.path });
    }
  }
}
