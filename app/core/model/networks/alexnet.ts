import type { Graph } from '../../../contract/index.ts';
import type { ModelTarget } from '../blocks.ts';
import { GraphBuilder } from '../graph-builder.ts';

/** Filters and kernel of the convolutions, `pool` where a 3 × 3 maximum of stride 2 follows. */
const convolutions = [
  { filters: 64, kernel: 11, stride: 4, padding: 2, pool: true },
  { filters: 192, kernel: 5, pool: true },
  { filters: 384, kernel: 3, pool: false },
  { filters: 256, kernel: 3, pool: false },
  { filters: 256, kernel: 3, pool: true },
] as const;

/** AlexNet for one processor (Krizhevsky, 2014), as in torchvision: no local response norm, a 6 × 6 map before the dense layers. */
export function alexNet(name: string, target: ModelTarget): Graph {
  const net = new GraphBuilder(target);
  let place = 0;
  let output = 'input';
  for (const { pool, ...size } of convolutions) {
    output = net.conv(`features.${place++}`, output, { ...size, bias: true });
    output = net.plain('relu', `features.${place++}`, output);
    if (pool) output = net.maxPool(`features.${place++}`, output, { window: 3, stride: 2 });
  }
  output = net.plain('flatten', 'flatten', net.averageTo('avgpool', output, 6));
  output = net.dense('classifier.1', net.dropout('classifier.0', output, 0.5), 4096);
  output = net.dropout('classifier.3', net.plain('relu', 'classifier.2', output), 0.5);
  output = net.plain('relu', 'classifier.5', net.dense('classifier.4', output, 4096));
  net.logits('classifier.6', output);
  return net.graph(name);
}
