/** Lists of picture ids, as a person goes through them. */
export type Ids = readonly number[];

export const noneChosen: ReadonlySet<number> = new Set();

/** Both together, each picture once, by age (ids grow). */
export const joined = (one: Ids, other: Ids): Ids =>
  [...new Set([...one, ...other])].toSorted((a, b) => a - b);

export function without(ids: Ids, removed: Ids): Ids {
  const gone = new Set(removed);
  return ids.filter((id) => !gone.has(id));
}

/** The first place after `index` of one that is `wanted`, beginning again at the top; null where there is none. */
export function nextOf(ids: Ids, wanted: Ids, index: number): number | null {
  const set = new Set(wanted);
  const after = ids.findIndex((id, at) => at > index && set.has(id));
  const found = after === -1 ? ids.findIndex((id) => set.has(id)) : after;
  return found === -1 ? null : found;
}

/** What some ranges of a list hold, `end` excluded, each picture once and at most `most`. */
export function inRanges(ids: Ids, ranges: readonly { first: number; end: number }[], most: number): Ids {
  const parts = ranges.flatMap(({ first, end }) => ids.slice(Math.max(0, first), Math.max(0, end)));
  return [...new Set(parts)].slice(0, most);
}
