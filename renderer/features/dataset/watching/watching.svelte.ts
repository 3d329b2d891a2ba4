import {
  errorFromReport,
  reportError,
  type TesseraError,
  type WatchedFolder,
} from '../../../../app/contract/index.ts';
import type { client, Heard } from '../../../client/index.ts';

type Api = Pick<typeof client, 'dataset'>;

/** The folders of a project whose new pictures are taken in by themselves. */
export class Watching {
  folders = $state.raw<readonly WatchedFolder[]>([]);
  path = $state('');
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Api;
  readonly #projectId: string;

  constructor(api: Api, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  read(): Promise<void> {
    return this.#show(() => this.#api.dataset.watchedFolders({ projectId: this.#projectId }));
  }

  async watch(path = this.path.trim()): Promise<void> {
    if (path === '') return;
    await this.#show(() => this.#api.dataset.watchFolder({ projectId: this.#projectId, path }));
    if (this.error === null) this.path = '';
  }

  stop(folderId: number): Promise<void> {
    return this.#show(() => this.#api.dataset.unwatchFolder({ projectId: this.#projectId, folderId }));
  }

  hear(event: Heard): void {
    if (event.type === 'dataset' && event.projectId === this.#projectId) void this.read();
  }

  async #show(ask: () => Promise<WatchedFolder[]>): Promise<void> {
    try {
      this.folders = await ask();
      this.error = null;
    } catch (error) {
      this.error = errorFromReport(reportError(error));
    }
  }
}
