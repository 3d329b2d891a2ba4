import { TesseraError, type Graph, type Layer } from '../../contract/index.ts';
import { predictionGraph } from './prediction.ts';
import { inferShapes } from './shapes.ts';

type Weighted = Extract<Layer, { op: 'dense' | 'conv2d' }>;

/** What may stand between the layer that names the classes and the end: as in SqueezeNet, whose classifier is a convolution. */
const passing = new Set(['flatten', 'globalAvgPool', 'avgPool2d', 'relu', 'dropout']);

/** The layer whose outputs are the classes. Throws `graphInvalid` where the network ends in something else. */
export function classifierOf(graph: Graph): Weighted {
  const layer = lastOf(graph);
  if (isClassifier(layer)) return layer;
  throw new TesseraError('graphInvalid', {
    layer: layer?.id ?? 'input',
    reason: 'the network ends in it, where a dense layer or a convolution would name the classes',
  });
}

/** Whether the network ends in a layer whose outputs are the classes. */
export const hasClassifier = (graph: Graph): boolean => isClassifier(lastOf(graph));

/** The last layer that does more than pass on what it was given. */
function lastOf(graph: Graph): Layer | undefined {
  const layers = new Map(graph.layers.map((layer) => [layer.id, layer]));
  let layer = graph.layers.at(-1);
  while (layer !== undefined && passing.has(layer.op) && 'input' in layer) layer = layers.get(layer.input);
  return layer;
}

const isClassifier = (layer: Layer | undefined): layer is Weighted =>
  layer?.op === 'dense' || (layer?.op === 'conv2d' && layer.groups === 1);

/** The ids of the classifier and, of a network with auxiliary heads, of theirs: what has one output for each class. */
export const classifierIds = (graph: Graph): string[] => [
  classifierOf(predictionGraph(graph)).id,
  ...(graph.auxiliary ?? []).map(({ layer }) => layer),
];

/** The same network for so many classes. */
export function withClasses(graph: Graph, classes: number): Graph {
  const ids = new Set(classifierIds(graph));
  return {
    ...graph,
    layers: graph.layers.map((layer): Layer => {
      if (!ids.has(layer.id)) return layer;
      if (layer.op === 'conv2d') return { ...layer, filters: classes };
      return layer.op === 'dense' ? { ...layer, units: classes } : layer;
    }),
  };
}

/** The shapes of all parameters by name, `conv1.weight`, running statistics among them. Throws `graphInvalid`. */
export function parameterShapes(graph: Graph): Map<string, number[]> {
  return new Map(
    inferShapes(graph).flatMap(({ layer, input }): [string, number[]][] => {
      const [channels = 0] = input;
      const named = (shapes: Record<string, number[]>): [string, number[]][] =>
        Object.entries(shapes).map(([name, shape]) => [`${layer.id}.${name}`, shape]);
      switch (layer.op) {
        case 'conv2d':
          return named({
            weight: [layer.filters, channels / layer.groups, ...layer.kernel],
            ...(layer.bias && { bias: [layer.filters] }),
          });
        case 'dense':
          return named({ weight: [layer.units, channels], ...(layer.bias && { bias: [layer.units] }) });
        case 'batchNorm2d':
          return named({
            weight: [channels],
            bias: [channels],
            running_mean: [channels],
            running_var: [channels],
          });
        default:
          return [];
      }
    }),
  );
}
