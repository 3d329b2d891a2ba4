import type { Graph, Layer } from '../app/contract/index.ts';

/**
 * The same network without dropout. What dropout drops is each program's own affair: without it, two programs must agree
 * from the first step on.
 */
export function withoutDropout(graph: Graph): Graph {
  const instead = new Map<string, string>();
  const through = (id: string): string => instead.get(id) ?? id;
  const layers: Layer[] = [];
  for (const layer of graph.layers) {
    if (layer.op === 'dropout') instead.set(layer.id, through(layer.input));
    else if ('inputs' in layer) layers.push({ ...layer, inputs: layer.inputs.map(through) });
    else layers.push({ ...layer, input: through(layer.input) });
  }
  return { ...graph, layers };
}
