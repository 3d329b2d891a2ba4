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
    checkEnds(graph, layers.at(-1)?.outputShape ?? [], target);
  });
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  return {
    graph,
    layers,
    parameters,
    memory: memoryOf(walked, parameters),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
    problem,
  };
}

/** The network's shapes, after checking that it can be trained for the target. Throws `graphInvalid`. */
export function checkGraph(graph: Graph, target: ModelTarget): LayerShapes[] {
  const shapes = inferShapes(graph);
  checkEnds(graph, shapes.at(-1)?.output ?? [], target);
  return shapes;
}

/** Pictures must fit in at the front, one logit per class must come out at the end, and nothing may lead nowhere. */
function checkEnds(graph: Graph, output: Shape, { channels, imageSize, classes }: ModelTarget): void {
  const { input } = graph;
  if (input.channels !== channels || input.height !== imageSize || input.width !== imageSize) {
    const takes = showShape([input.channels, input.height, input.width]);
    refuse(
      { id: 'input' },
      `it takes ${takes}, but the pictures are ${showShape([channels, imageSize, imageSize])}`,
    );
  }
  const read = new Set(graph.layers.flatMap(layerInputs));
  const unread = graph.layers.slice(0, -1).find(({ id }) => !read.has(id));
  if (unread !== undefined) refuse(unread, 'no layer reads what it gives');
  if (!read.has('input')) refuse({ id: 'input' }, 'no layer reads the picture');
  const last = graph.layers.at(-1) ?? { id: 'input' };
  if (output.length !== 1 || output[0] !== classes) {
    refuse(
      last,
      `it gives ${showShape(output)}, but the last layer must give one number for each of ${classes} classes`,
    );
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
