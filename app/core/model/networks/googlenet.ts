import type { Graph } from '../../../contract/index.ts';
import type { ModelTarget } from '../blocks.ts';
import { GraphBuilder } from '../graph-builder.ts';

/** Filters of one inception module (table 1 of the paper): what comes before a wider convolution narrows first. */
interface Inception {
  id: string;
  one: number;
  threeNarrow: number;
  three: number;
  fiveNarrow: number;
  five: number;
  pooled: number;
}

const row = (id: string, ...filters: [number, number, number, number, number, number]): Inception => {
  const [one, threeNarrow, three, fiveNarrow, five, pooled] = filters;
  return { id, one, threeNarrow, three, fiveNarrow, five, pooled };
};

const stage3 = [row('inception3a', 64, 96, 128, 16, 32, 32), row('inception3b', 128, 128, 192, 32, 96, 64)];
const stage4 = [
  row('inception4a', 192, 96, 208, 16, 48, 64),
  row('inception4b', 160, 112, 224, 24, 64, 64),
  row('inception4c', 128, 128, 256, 24, 64, 64),
  row('inception4d', 112, 144, 288, 32, 64, 64),
  row('inception4e', 256, 160, 320, 32, 128, 128),
];
const stage5 = [
  row('inception5a', 256, 160, 320, 32, 128, 128),
  row('inception5b', 384, 192, 384, 48, 128, 128),
];
/** The modules behind which training looks at the answer early, and the share of that loss. */
const heads: Readonly<Record<string, string>> = { inception4a: 'aux1', inception4d: 'aux2' };
const headWeight = 0.3;
const headField = 5;

/**
 * GoogLeNet (Szegedy et al., 2014) with batch norm, named as in torchvision, whose “5 × 5” branch is a 3 × 3 too. Two
 * auxiliary heads help to train it; they average 5 × 5 fields as in the paper, and are left out where the picture is too
 * small for them.
 */
export function googLeNet(name: string, target: ModelTarget): Graph {
  const net = new GraphBuilder(target);
  let output = normalised(net, 'conv1', 'input', { filters: 64, kernel: 7, stride: 2 });
  output = shrink(net, 'maxpool1', output);
  output = normalised(net, 'conv2', output, { filters: 64, kernel: 1 });
  output = normalised(net, 'conv3', output, { filters: 192, kernel: 3 });
  output = shrink(net, 'maxpool2', output);
  for (const module of stage3) output = inception(net, module, output);
  output = shrink(net, 'maxpool3', output);
  for (const module of stage4) {
    output = inception(net, module, output);
    const head = heads[module.id];
    if (head !== undefined && net.sideOf(output) >= headField) auxiliaryHead(net, head, output);
  }
  output = net.maxPool('maxpool4', output, { window: 2, stride: 2, ceilMode: true });
  for (const module of stage5) output = inception(net, module, output);
  output = net.plain('flatten', 'flatten', net.plain('globalAvgPool', 'avgpool', output));
  net.logits('fc', net.dropout('dropout', output, 0.2));
  return net.graph(name);
}

type Size = Parameters<GraphBuilder['conv']>[2];

/** Convolution, batch norm, ReLU. */
function normalised(net: GraphBuilder, id: string, input: string, size: Size): string {
  const norm = net.norm(`${id}.bn`, net.conv(`${id}.conv`, input, size), { epsilon: 1e-3 });
  return net.plain('relu', `${id}.relu`, norm);
}

const shrink = (net: GraphBuilder, id: string, input: string): string =>
  net.maxPool(id, input, { window: 3, stride: 2, ceilMode: true });

function inception(net: GraphBuilder, module: Inception, input: string): string {
  const { id, one, threeNarrow, three, fiveNarrow, five, pooled } = module;
  const branch = (place: string, from: string, filters: number, kernel: number): string =>
    normalised(net, `${id}.branch${place}`, from, { filters, kernel });
  const pool = net.maxPool(`${id}.branch4.0`, input, { window: 3, stride: 1, padding: 1, ceilMode: true });
  return net.concat(
    `${id}.concat`,
    branch('1', input, one, 1),
    branch('2.1', branch('2.0', input, threeNarrow, 1), three, 3),
    branch('3.1', branch('3.0', input, fiveNarrow, 1), five, 3),
    branch('4.1', pool, pooled, 1),
  );
}

function auxiliaryHead(net: GraphBuilder, id: string, input: string): void {
  let output = net.avgPool(`${id}.avgpool`, input, { window: headField, stride: 3 });
  output = normalised(net, `${id}.conv`, output, { filters: 128, kernel: 1 });
  output = net.dense(`${id}.fc1`, net.plain('flatten', `${id}.flatten`, output), 1024);
  output = net.dropout(`${id}.dropout`, net.plain('relu', `${id}.relu`, output), 0.7);
  net.auxiliary(net.logits(`${id}.fc2`, output), headWeight);
}
