import { toasts, translate } from '../../ui/index.ts';
import type { Changed, Dataset } from './dataset.svelte.ts';
import { messages } from './messages.ts';

/** Says what was done to pictures, with a way back; one notice at a time. */
export class UndoNotice {
  readonly #dataset: () => Dataset;
  #shown: number | null = null;

  constructor(dataset: () => Dataset) {
    this.#dataset = dataset;
  }

  offer(entry: Changed): void {
    this.close();
    const m = translate(messages);
    this.#shown = toasts.show({
      text: m.done(entry),
      action: { label: m.undo, run: () => void this.undo() },
    });
  }

  async undo(): Promise<void> {
    this.close();
    const entry = await this.#dataset().undo();
    const m = translate(messages);
    if (entry) this.#shown = toasts.show({ text: m.undone(m.done(entry)) });
  }

  async redo(): Promise<void> {
    this.close();
    const entry = await this.#dataset().redo();
    if (entry) this.offer(entry);
  }

  close(): void {
    if (this.#shown !== null) toasts.close(this.#shown);
    this.#shown = null;
  }
}
