/** Of a `KeyboardEvent`, what tells which key it was. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * The key as shortcuts name it: letters in lower case, and by their place on the keyboard where it writes another
 * script, so that a Korean or Greek layout has the same shortcuts.
 */
export function pressedKey({ key, code }: Pick<KeyPress, 'key' | 'code'>): string {
  if (key.length !== 1) return key;
  const letter = key > '\u024f' ? /^Key([A-Z])$/.exec(code)?.[1] : undefined;
  return (letter ?? key).toLowerCase();
}
