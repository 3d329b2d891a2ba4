import type { BroughtModelInfo, Preprocessing } from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';
import { Removal } from './removal.svelte.ts';

/** The models that were brought into a project, the newest first. */
export class BroughtModels {
  models = $state.raw<readonly BroughtModelInfo[]>([]);
  /** False until the list was read once: a model that is not in it may still come. */
  isRead = $state(false);
  readonly #removal = new Removal<BroughtModelInfo>(async ({ id }) => {
    this.models = this.models.filter((other) => other.id !== id);
    await this.#api.models.removeBrought({ projectId: this.#projectId, modelId: id });
  });
  readonly shown: readonly BroughtModelInfo[] = $derived(
    this.models.filter(({ id }) => id !== this.removed?.id),
  );

  readonly #api: Pick<typeof client, 'models'>;
  readonly #projectId: string;

  constructor(api: Pick<typeof client, 'models'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  async read(): Promise<void> {
    this.models = await this.#api.models.brought({ projectId: this.#projectId });
    this.isRead = true;
  }

  find(modelId: string | undefined): BroughtModelInfo | null {
    return this.shown.find(({ id }) => id === modelId) ?? null;
  }

  /** One that was just brought in. */
  add(model: BroughtModelInfo): void {
    this.models = [model, ...this.models];
  }

  /** What is absent stays. Its name is made one of its own where another model has it. */
  async change(modelId: string, change: { name?: string; preprocessing?: Preprocessing }): Promise<void> {
    const changed = await this.#api.models.changeBrought({ projectId: this.#projectId, modelId, ...change });
    this.models = this.models.map((model) => (model.id === modelId ? changed : model));
  }

  /** The model that was removed last, while that can be undone. */
  get removed(): BroughtModelInfo | null {
    return this.#removal.item;
  }

  /** Takes a model off the list; its files go when the time for regret is over. */
  remove(model: BroughtModelInfo): Promise<void> {
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
