/** Elements that take typed text, or have the keys for themselves while they are open. */
const takesKeys = 'input, select, textarea, [contenteditable], [role=menu], dialog[open]';

/**
 * Calls `act` with every key that was pressed alone and that nothing else took. What stands on the screen is asked
 * first, whichever listener was added first: hence the wait until the event is over.
 */
export function onPlainKey(act: (key: string) => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.target instanceof Element && event.target.closest(takesKeys)) return;
    setTimeout(() => {
      if (!event.defaultPrevented) act(event.key);
    });
  };
}
