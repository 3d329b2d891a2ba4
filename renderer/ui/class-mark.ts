/** 1–9, zero, then the letters that neither open a screen (d e h l s t u) nor do anything else where labels are given (c g n x). */
const keys = '1234567890abfijkmopqrvwyz';

/** The key that gives the class at that position; null beyond the last key. */
export const classKey = (position: number): string | null => keys[position] ?? null;

/** The position of the class that a pressed key stands for; null for any other key. */
export function classPosition(key: string): number | null {
  const position = key.length === 1 ? keys.indexOf(key.toLowerCase()) : -1;
  return position === -1 ? null : position;
}

/** The colour of a class as a CSS value; `color` is its index into the palette of twelve. */
export const classColor = (color: number): string => `var(--class-${color})`;
