import { tick } from 'svelte';

/** Gives the focus to the first field below an element, once the dialog around it is open. */
export function focusFirst(within: HTMLElement): void {
  void tick().then(() => within.querySelector<HTMLElement>('input, select, textarea')?.focus());
}
