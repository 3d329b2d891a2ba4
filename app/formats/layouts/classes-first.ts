/**
 * The same items, with the first one of each class in front, in the order of the classes: a project's classes stand in
 * the order in which they appear, and a set of digits should begin with 0 and not with whichever happens to come first.
 * Goes through the items twice, the first time only until it has met every class.
 *
 * @param open gives the items from the beginning
 * @param classes how many there are; `classOf` gives their numbers, from 0
 */
export async function* classesFirst<T>(
  open: () => AsyncIterable<T>,
  classes: number,
  classOf: (item: T) => number,
): AsyncIterable<T> {
  const firsts = new Map<number, { at: number; item: T }>();
  let at = 0;
  for await (const item of open()) {
    if (!firsts.has(classOf(item))) firsts.set(classOf(item), { at, item });
    if (firsts.size >= classes) break;
    at++;
  }
  const ordered = [...firsts].toSorted(([a], [b]) => a - b).map(([, first]) => first);
  yield* ordered.map(({ item }) => item);
  const places = new Set(ordered.map((first) => first.at));
  at = 0;
  for await (const item of open()) if (!places.has(at++)) yield item;
}
