import { pressedKey, type KeyPress } from '../../ui/pressed-key.ts';

/** What a key does on the Label screen. */
export type LabelAction =
  | { do: 'label'; key: string }
  | { do: 'move'; by: -1 | 1 }
  | { do: 'accept' | 'nextUnlabeled' | 'unlabel' | 'remove' | 'newClass' | 'undo' | 'redo' | 'changeView' };

/** Keys without a modifier, letters in lower case. None of the letters gives a class (`ui/class-mark`). */
const plain: Readonly<Record<string, LabelAction>> = {
  ArrowLeft: { do: 'move', by: -1 },
  ArrowRight: { do: 'move', by: 1 },
  s: { do: 'move', by: 1 },
  u: { do: 'nextUnlabeled' },
  x: { do: 'remove' },
  Delete: { do: 'remove' },
  Backspace: { do: 'unlabel' },
  n: { do: 'newClass' },
  g: { do: 'changeView' },
  Enter: { do: 'accept' },
};

/** Letters that no class may have: they do something else where labels are given. */
export const actionKeys: readonly string[] = [...Object.keys(plain).filter((key) => key.length === 1), 'c'];

/** Null for a key that means nothing here. */
export function labelAction(press: KeyPress): LabelAction | null {
  const key = pressedKey(press);
  if (press.ctrlKey || press.metaKey) {
    if (press.altKey) return null;
    if (key === 'z') return { do: press.shiftKey ? 'redo' : 'undo' };
    return key === 'y' && !press.shiftKey ? { do: 'redo' } : null;
  }
  if (press.altKey) return null;
  return plain[key] ?? (/^[0-9a-z]$/.test(key) ? { do: 'label', key } : null);
}
