import { errorFromReport, reportError, usualServerPort } from '../../../app/contract/index.ts';
import type { ServedModel, TesseraError } from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';

type Api = Pick<typeof client, 'modelServer'>;

/** The switch of the prediction server: what is served now, and what would be. */
export class ServerState {
  /** Null while nothing is served. */
  served = $state.raw<ServedModel | null>(null);
  port = $state(usualServerPort);
  threshold = $state(0);
  /** A file that is served instead of the run; empty for the run. */
  model = $state('');
  isSwitching = $state(false);
  error = $state.raw<TesseraError | null>(null);

  readonly #api: Api;
  readonly #projectId: string;

  constructor(api: Api, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  read(): Promise<void> {
    return this.#switch(async () => {
      this.served = await this.#api.modelServer.status();
    });
  }

  start(runId: string): Promise<void> {
    const model = this.model.trim();
    const { port, threshold } = this;
    return this.#switch(async () => {
      const place = model === '' ? { projectId: this.#projectId, runId } : { model };
      this.served = await this.#api.modelServer.start({ ...place, port, threshold });
    });
  }

  stop(): Promise<void> {
    return this.#switch(async () => {
      await this.#api.modelServer.stop();
      this.served = null;
    });
  }

  hear(event: Heard): void {
    if (event.type === 'modelServer') this.served = event.served;
    if (event.type === 'reconnected') void this.read();
  }

  async #switch(work: () => Promise<void>): Promise<void> {
    this.isSwitching = true;
    this.error = null;
    try {
      await work();
    } catch (thrown) {
      this.error = errorFromReport(reportError(thrown));
    } finally {
      this.isSwitching = false;
    }
  }
}
