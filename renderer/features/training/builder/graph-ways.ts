import { layerInputs, type Graph, type GraphSurvey } from '../../../../app/contract/index.ts';

/** Layers whose outputs a loss is taken of: nothing can read them. */
export function endsOf({ layers, auxiliary = [] }: Graph): ReadonlySet<string> {
  const last = layers.at(-1)?.id;
  return new Set([...auxiliary.map(({ layer }) => layer), ...(last === undefined ? [] : [last])]);
}

/** Everything that hangs on a layer, the layer itself among it. */
export function behind(graph: Graph, id: string): ReadonlySet<string> {
  const found = new Set([id]);
  for (const layer of graph.layers)
    if (layerInputs(layer).some((name) => found.has(name))) found.add(layer.id);
  return found;
}

/** What a layer may read without a way that goes round in a circle, the picture first. */
export function readable(graph: Graph, id: string): string[] {
  const [ends, hanging] = [endsOf(graph), behind(graph, id)];
  const others = graph.layers
    .map((layer) => layer.id)
    .filter((each) => !ends.has(each) && !hanging.has(each));
  return ['input', ...others];
}

/** Who reads a layer, and by which input. */
export const readersOf = (graph: Graph, id: string): { id: string; input: number }[] =>
  graph.layers.flatMap((layer) =>
    layerInputs(layer).flatMap((name, input) => (name === id ? [{ id: layer.id, input }] : [])),
  );

/** Where a branch from a layer most likely leads: the next one behind it of the same shape that does not read it right away. */
export function likelyEnd(graph: Graph, { layers }: GraphSurvey, from: string): string | null {
  const shapes = new Map(layers.map(({ id, outputShape }) => [id, outputShape?.join()]));
  const { channels, height, width } = graph.input;
  const wanted = from === 'input' ? [channels, height, width].join() : shapes.get(from);
  const direct = new Set(readersOf(graph, from).map(({ id }) => id));
  const [ends, all] = [endsOf(graph), behind(graph, from)];
  const hanging = graph.layers
    .map(({ id }) => id)
    .filter((id) => id !== from && all.has(id) && !ends.has(id));
  const far = hanging.filter((id) => !direct.has(id));
  return far.find((id) => shapes.get(id) === wanted) ?? far[0] ?? hanging[0] ?? null;
}
