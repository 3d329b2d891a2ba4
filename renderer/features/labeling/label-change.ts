import type { ImageRow } from '../../../app/contract/index.ts';
import type { Ids } from './picture-ids.ts';

/** The pictures of a list and what is known of them, to compare with later. */
export interface Snapshot {
  ids: ReadonlySet<number>;
  rows: ReadonlyMap<number, ImageRow>;
}

export const snapshotOf = (ids: Ids, rows: Iterable<ImageRow>): Snapshot => ({
  ids: new Set(ids),
  rows: new Map([...rows].map((row) => [row.id, row])),
});

/** The first picture whose label or split is another one than before, that was excluded or not, or that was not there; null for none. */
export function firstChanged(
  before: Snapshot,
  ids: Ids,
  rowOf: (id: number) => ImageRow | undefined,
): number | null {
  const index = ids.findIndex((id) => {
    if (!before.ids.has(id)) return true;
    const [then, now] = [before.rows.get(id), rowOf(id)];
    if (!then || !now) return false;
    return then.classId !== now.classId || then.split !== now.split || then.excluded !== now.excluded;
  });
  return index === -1 ? null : index;
}
