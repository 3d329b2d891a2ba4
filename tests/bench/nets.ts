import { layerInputs, type Graph } from '../../app/contract/index.ts';
import { buildArchitecture } from '../../app/core/model/architectures.ts';
import type { ModelTarget } from '../../app/core/model/blocks.ts';
import { describeGraph } from '../../app/core/model/describe.ts';
import { predictionGraph } from '../../app/core/model/prediction.ts';
import { withoutDropout } from '../repeatable.ts';
import { smallVgg } from '../../app/core/model/networks/vgg.ts';

/** A network with the batch that it is measured on. */
export interface BenchNet {
  name: string;
  graph: Graph;
  batch: number;
}

const classes = 10;
const grey28 = { channels: 1, imageSize: 28, classes };
const colour = (imageSize: number): ModelTarget => ({ channels: 3, imageSize, classes });

/** Without what only training has, too: PyTorch's side has one loss. */
const architecture = (name: string, target: ModelTarget): Graph =>
  withoutDropout(predictionGraph(buildArchitecture(name, target)));

/** Those that are compared with PyTorch, in the table's order. */
export const nets: readonly BenchNet[] = [
  { name: 'small-cnn 28×28, 64', graph: architecture('small-cnn', grey28), batch: 64 },
  { name: 'small-cnn 32×32 colour, 64', graph: architecture('small-cnn', colour(32)), batch: 64 },
  { name: 'resnet-20 32×32, 64', graph: architecture('resnet-20', colour(32)), batch: 64 },
  {
    name: 'vgg-11 32×32, 64',
    graph: smallVgg('vgg-11', { depth: 11, batchNorm: false }, colour(32)),
    batch: 64,
  },
  { name: 'alexnet 224×224, 32', graph: architecture('alexnet', colour(224)), batch: 32 },
  { name: 'vgg-11 224×224, 8', graph: architecture('vgg-11', colour(224)), batch: 8 },
  { name: 'googlenet 224×224, 16', graph: architecture('googlenet', colour(224)), batch: 16 },
  { name: 'resnet-18 224×224, 16', graph: architecture('resnet-18', colour(224)), batch: 16 },
];

/** Those whose predictions are compared with ONNX Runtime. */
export const predictionNets: readonly BenchNet[] = ['resnet-18', 'efficientnet-lite0'].flatMap((name) =>
  [1, 32].map((batch) => ({
    name: `${name} 224×224, ${batch}`,
    graph: architecture(name, colour(224)),
    batch,
  })),
);

/** With a quarter of the batch where pictures are large, so that a look takes seconds: its ratios are rough. */
export const quick = (net: BenchNet): BenchNet => {
  const isLarge = net.graph.input.width > 64;
  if (!isLarge) return net;
  const batch = net.batch / 4;
  return { ...net, batch, name: net.name.replace(/\d+$/, String(batch)) };
};

/**
 * Parameters, and the floating-point operations of a training step for one picture as direct convolution counts them:
 * forward, data gradient and weight gradient cost the same; no gradient is taken back into the picture.
 */
export function costOf(graph: Graph): { parameters: number; stepFlops: number } {
  const { channels, height } = graph.input;
  const { layers, parameters, multiplyAdds } = describeGraph(graph, { channels, imageSize: height, classes });
  const readsPicture = new Set(
    graph.layers.filter((layer) => layerInputs(layer).includes('input')).map(({ id }) => id),
  );
  const first = layers.reduce((sum, layer) => sum + (readsPicture.has(layer.id) ? layer.multiplyAdds : 0), 0);
  return { parameters, stepFlops: 2 * (3 * multiplyAdds - first) };
}
