import { layerInputs, type Graph } from '../../contract/index.ts';

/** The network without what only training has: its auxiliary heads and the layers that lead to them alone. */
export function predictionGraph({ auxiliary: _, ...graph }: Graph): Graph {
  const last = graph.layers.at(-1);
  const needed = new Set(last === undefined ? [] : [last.id]);
  for (const layer of graph.layers.toReversed()) {
    if (needed.has(layer.id)) for (const input of layerInputs(layer)) needed.add(input);
  }
  return { ...graph, layers: graph.layers.filter(({ id }) => needed.has(id)) };
}
