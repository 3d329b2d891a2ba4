import type { Graph } from '../../../contract/index.ts';
import type { ModelTarget } from '../blocks.ts';
import { GraphBuilder } from '../graph-builder.ts';

/** How many 3 × 3 convolutions stand before each of the five pools: configurations A, B, D and E of the paper. */
const depths = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
} as const;
const filters = [64, 128, 256, 512, 512] as const;

export interface VggOptions {
  depth: keyof typeof depths;
  /** Batch norm after every convolution (torchvision's `vgg11_bn`). */
  batchNorm: boolean;
}

/** VGG (Simonyan and Zisserman, 2014), named as in torchvision: a 7 × 7 map before the two dense layers of 4096. */
export function vgg(name: string, options: VggOptions, target: ModelTarget): Graph {
  const net = new GraphBuilder(target);
  let output = convolutions(net, options);
  output = net.plain('flatten', 'flatten', net.averageTo('avgpool', output, 7));
  for (const place of [0, 3]) {
    output = net.plain('relu', `classifier.${place + 1}`, net.dense(`classifier.${place}`, output, 4096));
    output = net.dropout(`classifier.${place + 2}`, output, 0.5);
  }
  net.logits('classifier.6', output);
  return net.graph(name);
}

/** The same convolutions for small pictures: their average and one dense layer instead of the 4096s. */
export function smallVgg(name: string, options: VggOptions, target: ModelTarget): Graph {
  const net = new GraphBuilder(target);
  const output = net.plain('globalAvgPool', 'avgpool', convolutions(net, options));
  net.logits('classifier', net.plain('flatten', 'flatten', output));
  return net.graph(name);
}

function convolutions(net: GraphBuilder, { depth, batchNorm }: VggOptions): string {
  let place = 0;
  const next = (): string => `features.${place++}`;
  let output = 'input';
  depths[depth].forEach((count, stage) => {
    for (let repeat = 0; repeat < count; repeat += 1) {
      output = net.conv(next(), output, { filters: filters[stage] ?? 0, kernel: 3, bias: true });
      if (batchNorm) output = net.norm(next(), output);
      output = net.plain('relu', next(), output);
    }
    output = net.maxPool(next(), output, { window: 2, stride: 2 });
  });
  return output;
}
