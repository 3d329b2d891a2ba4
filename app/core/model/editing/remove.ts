import { layerInputs } from '../../../contract/index.ts';
import { isEnd, layerOf, moveEnd, prune, readersOf, redirect, refuseEdit, type Draft } from './draft.ts';

/** Gives the layer that is read in the place of the last of them. */
export function removeLayers(draft: Draft, ids: readonly string[]): string {
  const removed = new Set(ids);
  const layers = ids.map((id) => layerOf(draft, id));
  const bridges = new Map(ids.map((id) => [id, bridge(draft, id, removed)]));
  const bridgeOf = (id: string): string => bridges.get(id) ?? id;
  for (const id of ids) {
    if (isEnd(draft, id)) endBefore(draft, id, bridges);
    redirect(draft, id, bridgeOf(id), removed);
  }
  draft.layers = draft.layers.filter(({ id }) => !removed.has(id));
  // What only led to the removed layers, beside the first way in.
  prune(
    draft,
    layers.flatMap(layerInputs).filter((name) => !removed.has(name)),
  );
  const next = bridgeOf(ids.at(-1) ?? 'input');
  return draft.layers.some(({ id }) => id === next) ? next : 'input';
}

/** The first layer outside that stands before a removed one along its first input. */
function bridge(draft: Draft, id: string, removed: ReadonlySet<string>): string {
  const seen = new Set<string>();
  let name = id;
  while (removed.has(name) && !seen.has(name)) {
    seen.add(name);
    name = layerInputs(layerOf(draft, name))[0] ?? 'input';
  }
  return removed.has(name) ? 'input' : name;
}

/**
 * The end, or an auxiliary head, goes to the layer before it, where nothing else will read that one. A head that cannot goes away;
 * an end that cannot is refused.
 */
function endBefore(draft: Draft, id: string, bridges: ReadonlyMap<string, string>): void {
  const before = bridges.get(id) ?? 'input';
  const becomesIt = [before, ...[...bridges].filter(([, to]) => to === before).map(([from]) => from)];
  const isRead = becomesIt.some((each) => readersOf(draft, each).some((reader) => !bridges.has(reader.id)));
  if (before !== 'input' && !isEnd(draft, before) && !isRead) moveEnd(draft, id, before);
  else if (draft.output !== id) draft.auxiliary = draft.auxiliary.filter(({ layer }) => layer !== id);
  else if (before === 'input') refuseEdit('a network needs at least one layer');
  else refuseEdit(`${before} would be the last layer, but others read what it gives`);
}
