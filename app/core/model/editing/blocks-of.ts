import { layerInputs, type Graph, type GraphSurvey } from '../../../contract/index.ts';

/**
 * The blocks that the names of layers tell of, where one way leads in and one out: `stage1.block2` with all that is called
 * `stage1.block2.…`. Larger ones hold smaller ones; the smaller come first.
 */
export function blocksOf(graph: Graph): GraphSurvey['blocks'] {
  const members = new Map<string, string[]>();
  for (const { id } of graph.layers) {
    for (const prefix of prefixesOf(id)) members.set(prefix, [...(members.get(prefix) ?? []), id]);
  }
  return [...members]
    .filter(([, layers]) => layers.length > 1 && waysOf(graph, layers) !== null)
    .map(([name, layers]) => ({ name, layers }))
    .toSorted((a, b) => a.layers.length - b.layers.length);
}

/** `a.b.c` → `a`, `a.b`, `a.b.c` */
const prefixesOf = (id: string): string[] => {
  const parts = id.split('.');
  return parts.map((_, at) => parts.slice(0, at + 1).join('.'));
};

/** The one layer outside that layers read, and the one of them that is read outside; null where there are more, or none. */
export function waysOf(
  { layers, auxiliary = [] }: Pick<Graph, 'layers' | 'auxiliary'>,
  ids: readonly string[],
): { entry: string; exit: string } | null {
  const inside = new Set(ids);
  const entries = new Set<string>();
  const exits = new Set(auxiliary.map(({ layer }) => layer).filter((id) => inside.has(id)));
  const last = layers.at(-1);
  if (last !== undefined && inside.has(last.id)) exits.add(last.id);
  for (const layer of layers) {
    const isInside = inside.has(layer.id);
    for (const name of layerInputs(layer)) {
      if (isInside && !inside.has(name)) entries.add(name);
      if (!isInside && inside.has(name)) exits.add(name);
    }
  }
  const [entry, ...more] = entries;
  const [exit, ...others] = exits;
  if (entry === undefined || exit === undefined || more.length + others.length > 0) return null;
  return { entry, exit };
}
