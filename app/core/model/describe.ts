import {
  layerInputs,
  TesseraError,
  type Graph,
  type LayerInfo,
  type ModelDescription,
} from '../../contract/index.ts';
import type { ModelTarget } from './blocks.ts';
import { layerInfo } from './cost.ts';
import { memoryOf } from './memory.ts';
import { networkBlocks } from './network-blocks.ts';
import { predictionGraph } from './prediction.ts';
import { inferShapes, refuse, showShape, walkShapes, type LayerShapes, type Shape } from './shapes.ts';

/**
 * Shapes, parameters and cost of a network, layer by layer. A network that does not fit together or not to the target
 * is described up to the layer where it fails, with the `problem`.
 */
export function describeGraph(graph: Graph, target: ModelTarget): ModelDescription {
  const walked: LayerShapes[] = [];
  const layers: LayerInfo[] = [];
  const problem = problemOf(() => {
    for (const shapes of walkShapes(graph)) {
      walked.push(shapes);
      layers.push(layerInfo(shapes));
    }
    checkEnds(graph, new Map(layers.map(({ id, outputShape }) => [id, outputShape])), target);
  });
  const predicts = new Set(predictionGraph(graph).layers.map(({ id }) => id));
  const counted = problem === null ? layers.filter(({ id }) => predicts.has(id)) : layers;
  const sum = (of: readonly LayerInfo[], key: 'parameters' | 'multiplyAdds'): number =>
    of.reduce((total, layer) => total + layer[key], 0);
  return {
    graph,
    layers,
    parameters: sum(counted, 'parameters'),
    memory: memoryOf(walked, sum(layers, 'parameters')),
    multiplyAdds: sum(counted, 'multiplyAdds'),
    blocks: networkBlocks(graph).map((block) => ({
      name: block.name,
      layers: block.layers.map(({ id }) => id),
      parameters: sum(
        layers.filter(({ id }) => block.layers.some((layer) => layer.id === id)),
        'parameters',
      ),
    })),
    problem,
  };
}

/** The network's shapes, after checking that it can be trained for the target. Throws `graphInvalid`. */
export function checkGraph(graph: Graph, target: ModelTarget): LayerShapes[] {
  const shapes = inferShapes(graph);
  checkEnds(graph, new Map(shapes.map(({ layer, output }) => [layer.id, output])), target);
  return shapes;
}

/** Throws `graphInvalid` with the first of `endProblems`. */
function checkEnds(graph: Graph, outputs: ReadonlyMap<string, Shape>, target: ModelTarget): void {
  for (const { layer, reason } of endProblems(graph, outputs, target)) refuse({ id: layer }, reason);
}

/**
 * Pictures must fit in at the front, one logit per class must come out at every end, and nothing may lead nowhere. `outputs`
 * are the shapes that are known; a layer without one says nothing of its shape.
 */
export function* endProblems(
  graph: Graph,
  outputs: ReadonlyMap<string, Shape>,
  { channels, imageSize, classes }: ModelTarget,
): Generator<{ layer: string; reason: string; kind: 'pictures' | 'unread' | 'classes' | 'other' }, void> {
  const { input } = graph;
  if (input.channels !== channels || input.height !== imageSize || input.width !== imageSize) {
    const takes = showShape([input.channels, input.height, input.width]);
    const reason = `it takes ${takes}, but the pictures are ${showShape([channels, imageSize, imageSize])}`;
    yield { layer: 'input', reason, kind: 'pictures' };
  }
  const read = new Set(graph.layers.flatMap(layerInputs));
  const heads = new Set((graph.auxiliary ?? []).map(({ layer }) => layer));
  for (const { id } of graph.layers.slice(0, -1)) {
    if (!read.has(id) && !heads.has(id)) {
      yield { layer: id, reason: 'no layer reads what it gives', kind: 'unread' };
    }
  }
  const last = graph.layers.at(-1)?.id ?? 'input';
  if (!read.has('input')) yield { layer: 'input', reason: 'no layer reads the picture', kind: 'other' };
  else if (!predictionGraph(graph).layers.some((layer) => layerInputs(layer).includes('input'))) {
    yield { layer: last, reason: 'its logits do not depend on the picture', kind: 'other' };
  }
  const known = new Set(graph.layers.map(({ id }) => id));
  for (const id of [last, ...heads]) {
    if (!known.has(id)) {
      const reason = 'there is no layer of this name, but a loss is taken of it';
      yield { layer: id, reason, kind: 'other' };
      continue;
    }
    if (read.has(id) || (id === last && heads.has(id))) {
      const reason = 'a loss is taken of what it gives: no layer may read it, and no second loss be taken';
      yield { layer: id, reason, kind: 'other' };
    }
    const output = outputs.get(id);
    if (output !== undefined && (output.length !== 1 || output[0] !== classes)) {
      const which = id === last ? 'the last layer' : 'an auxiliary head';
      const wanted = `${which} must give one number for each of ${classes} classes`;
      yield { layer: id, reason: `it gives ${showShape(output)}, but ${wanted}`, kind: 'classes' };
    }
  }
}

function problemOf(check: () => void): ModelDescription['problem'] {
  try {
    check();
    return null;
  } catch (error) {
    if (!(error instanceof TesseraError) || error.code !== 'graphInvalid') throw error;
    return { layer: String(error.details['layer']), reason: String(error.details['reason']) };
  }
}
