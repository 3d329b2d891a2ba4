import type { Graph } from '../../../contract/index.ts';
import type { ModelTarget } from '../blocks.ts';
import { GraphBuilder } from '../graph-builder.ts';

/** Blocks of the four stages; from 50 on a block narrows, convolves and widens (a bottleneck). */
const variants = {
  18: { blocks: [2, 2, 2, 2], isBottleneck: false },
  34: { blocks: [3, 4, 6, 3], isBottleneck: false },
  50: { blocks: [3, 4, 6, 3], isBottleneck: true },
} as const;
/** Filters of the stages' 3 × 3 convolutions. */
const widths = [64, 128, 256, 512] as const;
const widening = 4;

/**
 * ResNet (He et al., 2015), named as in torchvision; a bottleneck strides in its 3 × 3 convolution, as there. Where a block
 * changes the shape, its shortcut is a 1 × 1 convolution with batch norm.
 */
export function resnet(name: string, depth: keyof typeof variants, target: ModelTarget): Graph {
  const net = new GraphBuilder(target);
  const { blocks, isBottleneck } = variants[depth];
  let output = net.norm('bn1', net.conv('conv1', 'input', { filters: 64, kernel: 7, stride: 2 }));
  output = net.maxPool('maxpool', net.plain('relu', 'relu', output), { window: 3, stride: 2, padding: 1 });
  let channels = 64;
  widths.forEach((width, stage) => {
    for (let block = 0; block < (blocks[stage] ?? 0); block += 1) {
      const size = { from: channels, width, stride: stage > 0 && block === 0 ? 2 : 1 };
      const id = `layer${stage + 1}.${block}`;
      output = isBottleneck ? bottleneck(net, id, output, size) : basic(net, id, output, size);
      channels = isBottleneck ? width * widening : width;
    }
  });
  output = net.plain('flatten', 'flatten', net.plain('globalAvgPool', 'avgpool', output));
  net.logits('fc', output);
  return net.graph(name);
}

interface BlockSize {
  from: number;
  width: number;
  stride: number;
}

function basic(net: GraphBuilder, id: string, input: string, { from, width, stride }: BlockSize): string {
  let output = net.norm(`${id}.bn1`, net.conv(`${id}.conv1`, input, { filters: width, kernel: 3, stride }));
  output = net.conv(`${id}.conv2`, net.plain('relu', `${id}.relu1`, output), { filters: width, kernel: 3 });
  output = net.norm(`${id}.bn2`, output);
  const sum = net.add(`${id}.add`, output, shortcut(net, id, input, from, width, stride));
  return net.plain('relu', `${id}.relu2`, sum);
}

function bottleneck(
  net: GraphBuilder,
  id: string,
  input: string,
  { from, width, stride }: BlockSize,
): string {
  const filters = width * widening;
  let output = net.norm(`${id}.bn1`, net.conv(`${id}.conv1`, input, { filters: width, kernel: 1 }));
  output = net.plain('relu', `${id}.relu1`, output);
  output = net.norm(`${id}.bn2`, net.conv(`${id}.conv2`, output, { filters: width, kernel: 3, stride }));
  output = net.conv(`${id}.conv3`, net.plain('relu', `${id}.relu2`, output), { filters, kernel: 1 });
  output = net.norm(`${id}.bn3`, output);
  const sum = net.add(`${id}.add`, output, shortcut(net, id, input, from, filters, stride));
  return net.plain('relu', `${id}.relu3`, sum);
}

function shortcut(
  net: GraphBuilder,
  id: string,
  input: string,
  from: number,
  filters: number,
  stride: number,
): string {
  if (stride === 1 && from === filters) return input;
  return net.norm(
    `${id}.downsample.1`,
    net.conv(`${id}.downsample.0`, input, { filters, kernel: 1, stride }),
  );
}
