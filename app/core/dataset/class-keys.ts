/**
 * 1–9, zero, then the letters that neither open a screen (d e h l s t u) nor do anything else where labels are given
 * (c g n x).
 */
const keys = '1234567890abfijkmopqrvwyz';

/**
 * The key of every class, in the order of the classes: the one that the person chose, else the next that is free.
 * Null where there is none left.
 */
export function classKeys(chosen: readonly (string | null)[]): (string | null)[] {
  const taken = new Set(chosen.filter((key) => key !== null));
  const free = [...keys].filter((key) => !taken.has(key));
  return chosen.map((key) => key ?? free.shift() ?? null);
}
