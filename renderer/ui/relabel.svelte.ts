import { SvelteMap } from 'svelte/reactivity';
import type { ClassInfo } from '../../app/contract/index.ts';
import type { client } from '../client/index.ts';
import { errorText } from './error-text.ts';
import { translate } from './i18n.svelte.ts';
import { messages } from './messages.ts';
import { toasts } from './toasts.svelte.ts';
import { waitingSaves } from './waiting-saves.svelte.ts';

/** What had been given to a picture before; undefined where nothing had. */
interface Before {
  id: number;
  given: ClassInfo | null | undefined;
}

/** Gives pictures another class where they stand, and offers to take it back. */
export class Relabel {
  classes = $state.raw<readonly ClassInfo[]>([]);
  /** What was given here, by picture; null stands for a label that was taken away. */
  readonly given = new SvelteMap<number, ClassInfo | null>();
  readonly #api: Pick<typeof client, 'dataset' | 'labeling'>;
  readonly #projectId: string;
  #notice: number | null = null;

  constructor(api: Pick<typeof client, 'dataset' | 'labeling'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  read(): Promise<void> {
    return this.#guard(async () => {
      const classes = await this.#api.dataset.classes({ projectId: this.#projectId });
      this.classes = classes.toSorted((a, b) => a.position - b.position);
    });
  }

  label(imageIds: readonly number[], to: ClassInfo | null): Promise<void> {
    return this.#guard(async () => {
      const before = imageIds.map((id): Before => ({ id, given: this.given.get(id) }));
      await waitingSaves.run(() =>
        this.#api.labeling.label({
          projectId: this.#projectId,
          imageIds: [...imageIds],
          classId: to?.id ?? null,
        }),
      );
      for (const id of imageIds) this.given.set(id, to);
      this.#offerUndo(imageIds.length, to, before);
    });
  }

  /** Takes the offer away: what would be undone may be another change by then. */
  close(): void {
    if (this.#notice !== null) toasts.close(this.#notice);
    this.#notice = null;
  }

  #offerUndo(count: number, to: ClassInfo | null, before: readonly Before[]): void {
    this.close();
    const m = translate(messages);
    this.#notice = toasts.show({
      text: to ? m.relabeled(count, to.name) : m.unlabeled(count),
      action: { label: m.undo, run: () => void this.#undo(before) },
    });
  }

  #undo(before: readonly Before[]): Promise<void> {
    return this.#guard(async () => {
      await this.#api.labeling.undo({ projectId: this.#projectId });
      for (const { id, given } of before) {
        if (given === undefined) this.given.delete(id);
        else this.given.set(id, given);
      }
    });
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toasts.show({ text: errorText(error), tone: 'bad' });
    }
  }
}
