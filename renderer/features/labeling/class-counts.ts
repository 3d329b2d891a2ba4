import type { ClassInfo } from '../../../app/contract/index.ts';

/**
 * The classes with the totals that they have once pictures, each of which had one of `before` (null: no label), are
 * labeled `to`. What the splits hold is left for the next reading.
 */
export function withMoved(
  classes: readonly ClassInfo[],
  before: readonly (number | null)[],
  to: number | null,
): readonly ClassInfo[] {
  return classes.map((one) => {
    const left = before.filter((id) => id === one.id).length;
    const came = one.id === to ? before.length : 0;
    return left === came ? one : { ...one, total: one.total - left + came };
  });
}
