import { actionKeys, type KeyedAction } from '../../ui/action-keys.svelte.ts';
import { pressedKey, type KeyPress } from '../../ui/pressed-key.ts';

/** What a key does on the Label screen. */
export type LabelAction =
  | { do: 'label'; key: string }
  | { do: 'move'; by: -1 | 1 }
  | { do: 'accept' | 'nextUnlabeled' | 'unlabel' | 'exclude' | 'remove' | 'newClass' }
  | { do: 'undo' | 'redo' | 'changeView' };

/** Keys without a modifier that are always the same. */
const plain: Readonly<Record<string, LabelAction>> = {
  ArrowLeft: { do: 'move', by: -1 },
  ArrowRight: { do: 'move', by: 1 },
  Delete: { do: 'remove' },
  Backspace: { do: 'unlabel' },
  Enter: { do: 'accept' },
};

/** What the keys do that the person may choose; the grid lists the classes itself. */
const keyed: Readonly<Record<KeyedAction, LabelAction | null>> = {
  skip: { do: 'move', by: 1 },
  nextUnlabeled: { do: 'nextUnlabeled' },
  exclude: { do: 'exclude' },
  newClass: { do: 'newClass' },
  changeView: { do: 'changeView' },
  listClasses: null,
};

/** Null for a key that means nothing here. */
export function labelAction(press: KeyPress): LabelAction | null {
  const key = pressedKey(press);
  if (press.ctrlKey || press.metaKey) {
    if (press.altKey) return null;
    if (key === 'z') return { do: press.shiftKey ? 'redo' : 'undo' };
    return key === 'y' && !press.shiftKey ? { do: 'redo' } : null;
  }
  if (press.altKey) return null;
  const action = actionKeys.actionOf(key);
  if (action !== null) return keyed[action];
  return plain[key] ?? (/^[0-9a-z]$/.test(key) ? { do: 'label', key } : null);
}
