import { pressedKey } from '../ui/index.ts';

/** Elements that take typed text, or have the keys for themselves while they are open. */
const takesKeys =
  'input:not([type=radio], [type=checkbox], [type=range]), select, textarea, [contenteditable], [role=menu], dialog[open]';
/** These take the arrow keys alone. */
const takesArrows = 'input';

/** Whether a key that was pressed belongs to what has the focus, so that it is no shortcut. */
export function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest(key.startsWith('Arrow') ? `${takesArrows}, ${takesKeys}` : takesKeys) !== null;
}

/**
 * Calls `act` with every key that was pressed alone and that nothing else took. What stands on the screen is asked
 * first, whichever listener was added first: hence the wait until the event is over.
 */
export function onPlainKey(act: (key: string) => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (isTyping(event)) return;
    setTimeout(() => {
      if (!event.defaultPrevented) act(pressedKey(event));
    });
  };
}
