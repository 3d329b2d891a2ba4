import type { Graph } from '../../../contract/index.ts';
import type { ModelTarget } from '../blocks.ts';
import { GraphBuilder } from '../graph-builder.ts';

/** Table 2 of the paper: each row's first block strides. */
const rows = [
  { expansion: 1, filters: 16, repeats: 1, stride: 1 },
  { expansion: 6, filters: 24, repeats: 2, stride: 2 },
  { expansion: 6, filters: 32, repeats: 3, stride: 2 },
  { expansion: 6, filters: 64, repeats: 4, stride: 2 },
  { expansion: 6, filters: 96, repeats: 3, stride: 1 },
  { expansion: 6, filters: 160, repeats: 3, stride: 2 },
  { expansion: 6, filters: 320, repeats: 1, stride: 1 },
] as const;

/** MobileNetV2 (Sandler et al., 2018) of width 1, named as in torchvision. */
export function mobileNetV2(name: string, target: ModelTarget): Graph {
  const net = new GraphBuilder(target);
  let output = normalised(net, 'features.0', 'input', { filters: 32, kernel: 3, stride: 2 });
  let channels = 32;
  let place = 1;
  for (const { expansion, filters, repeats, stride } of rows) {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const size = { channels, expansion, filters, stride: repeat === 0 ? stride : 1 };
      output = invertedResidual(net, `features.${place++}`, output, size);
      channels = filters;
    }
  }
  output = normalised(net, `features.${place}`, output, { filters: 1280, kernel: 1 });
  output = net.plain('flatten', 'flatten', net.plain('globalAvgPool', 'avgpool', output));
  net.logits('classifier.1', net.dropout('classifier.0', output, 0.2));
  return net.graph(name);
}

type Size = Parameters<GraphBuilder['conv']>[2];

/** Convolution, batch norm, ReLU6. */
function normalised(net: GraphBuilder, id: string, input: string, size: Size): string {
  return net.plain('relu6', `${id}.2`, net.norm(`${id}.1`, net.conv(`${id}.0`, input, size)));
}

interface BlockSize {
  channels: number;
  expansion: number;
  filters: number;
  stride: number;
}

/** Widen by 1 × 1, filter each channel alone, narrow by 1 × 1 without an activation. */
function invertedResidual(net: GraphBuilder, id: string, input: string, size: BlockSize): string {
  const { channels, expansion, filters, stride } = size;
  const wide = channels * expansion;
  let place = 0;
  let output = input;
  if (expansion > 1) output = normalised(net, `${id}.conv.${place++}`, output, { filters: wide, kernel: 1 });
  const depthwise = { filters: wide, kernel: 3, stride, groups: wide };
  output = normalised(net, `${id}.conv.${place++}`, output, depthwise);
  output = net.conv(`${id}.conv.${place++}`, output, { filters, kernel: 1 });
  output = net.norm(`${id}.conv.${place}`, output);
  return stride === 1 && channels === filters ? net.add(`${id}.add`, output, input) : output;
}
