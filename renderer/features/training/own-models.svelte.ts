import type { OwnModel } from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';
import { Removal } from './removal.svelte.ts';

type Api = { models: Pick<(typeof client)['models'], 'own' | 'removeOwn'> };

/** The networks that were made in a project, the last changed first. */
export class OwnModels {
  models = $state.raw<readonly OwnModel[]>([]);
  readonly #removal = new Removal<OwnModel>(async ({ id }) => {
    this.models = this.models.filter((other) => other.id !== id);
    await this.#api.models.removeOwn({ projectId: this.#projectId, modelId: id });
  });
  readonly shown: readonly OwnModel[] = $derived(this.models.filter(({ id }) => id !== this.removed?.id));
  readonly #api: Api;
  readonly #projectId: string;

  constructor(api: Api, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  async read(): Promise<void> {
    this.models = await this.#api.models.own({ projectId: this.#projectId });
  }

  /** The one that was removed last, while that can be undone. */
  get removed(): OwnModel | null {
    return this.#removal.item;
  }

  /** Takes a network off the list; its file goes when the time for regret is over. */
  remove(model: OwnModel): Promise<void> {
    return this.#removal.begin(model);
  }

  undoRemove(): void {
    this.#removal.undo();
  }

  /** Carries out a removal that was not undone. */
  settle(): Promise<void> {
    return this.#removal.settle();
  }
}
