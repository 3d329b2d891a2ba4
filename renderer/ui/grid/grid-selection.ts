/** What a click or the space bar does to a selection. */
export type SelectionGesture = 'only' | 'toggle' | 'range';

export const gestureOf = (event: {
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}): SelectionGesture => {
  if (event.shiftKey) return 'range';
  return event.ctrlKey || event.metaKey ? 'toggle' : 'only';
};

/** Each once. */
export const selectionOf = (ids: Iterable<number>): ReadonlySet<number> => new Set(ids);

/** The selection with that picture turned over. */
export function toggled(selection: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(selection);
  if (!next.delete(id)) next.add(id);
  return next;
}
