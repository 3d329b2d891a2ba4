/**
 * Works on items of a source side by side and gives the results in the source's order. At most `ahead` are begun and not
 * yet taken, so what is in memory stays bounded however slow the taker is. `work` says in its result what went wrong; it
 * does not reject. A taker that stops early stops the source.
 */
export async function* inOrder<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  ahead: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const begun: Promise<R>[] = [];
  for await (const item of source) {
    begun.push(work(item));
    if (begun.length >= ahead) yield (await begun.shift()) as R;
  }
  for (const result of begun) yield await result;
}

/** Work that is awaited later; a failure until then must not end the process as one that nobody handles. */
export function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}
