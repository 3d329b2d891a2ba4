const collator = new Intl.Collator('en', { numeric: true });

/** As people sort: `2.png` before `10.png`. Names that only differ in their Unicode form keep a fixed order. */
export function naturalOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : Number(a > b));
}

/** A copy, sorted by name. */
export function inNaturalOrder<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => naturalOrder(a.name, b.name));
}
