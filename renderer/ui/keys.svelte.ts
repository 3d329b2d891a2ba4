import { untrack } from 'svelte';
import type { KeyedAction } from './action-keys.svelte.ts';

/** Keys of a screen and what they do, for the help that `?` opens. */
export interface KeyHelp {
  /** As they are printed: `1–9`, `Ctrl+Z`. */
  keys: string;
  does: string;
  /** Where the person may give it another key. */
  action?: KeyedAction;
}

class DescribedKeys {
  #lists = $state.raw<readonly (() => readonly KeyHelp[])[]>([]);

  /** Of all that is on the screen now. */
  get all(): readonly KeyHelp[] {
    return this.#lists.flatMap((list) => list());
  }

  add(list: () => readonly KeyHelp[]): () => void {
    this.#lists = [...this.#lists, list];
    return () => (this.#lists = this.#lists.filter((one) => one !== list));
  }
}

export const describedKeys = new DescribedKeys();

/** Call it while a component is made: its keys are in the help for as long as it is shown. */
export function describeKeys(list: () => readonly KeyHelp[]): void {
  $effect(() => untrack(() => describedKeys.add(list)));
}
