import type { Graph } from '../../../contract/index.ts';
import type { ModelTarget } from '../blocks.ts';
import { GraphBuilder } from '../graph-builder.ts';

/** EfficientNet-B0's rows (Tan and Le, 2019, table 1); each row's first block strides. */
const rows = [
  { expansion: 1, filters: 16, kernel: 3, repeats: 1, stride: 1 },
  { expansion: 6, filters: 24, kernel: 3, repeats: 2, stride: 2 },
  { expansion: 6, filters: 40, kernel: 5, repeats: 2, stride: 2 },
  { expansion: 6, filters: 80, kernel: 3, repeats: 3, stride: 2 },
  { expansion: 6, filters: 112, kernel: 5, repeats: 3, stride: 1 },
  { expansion: 6, filters: 192, kernel: 5, repeats: 4, stride: 2 },
  { expansion: 6, filters: 320, kernel: 3, repeats: 1, stride: 1 },
] as const;
/** TensorFlow's batch norm as it was trained: running statistics move by 1 %. */
const norm = { epsilon: 1e-3, momentum: 0.01 };

/**
 * EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation and with ReLU6. Layers are called as in the PyTorch
 * package efficientnet_lite_pytorch. Convolutions pad as TensorFlow's “same”: to ⌈side / stride⌉, the odd pixel at the
 * right and the bottom.
 */
export function efficientNetLite0(name: string, target: ModelTarget): Graph {
  const net = new GraphBuilder(target);
  let side = target.imageSize;
  let output = net.conv('_conv_stem', 'input', {
    filters: 32,
    kernel: 3,
    stride: 2,
    padding: samePadding(side, 3, 2),
  });
  output = net.plain('relu6', '_relu0', net.norm('_bn0', output, norm));
  side = Math.ceil(side / 2);
  let channels = 32;
  let place = 0;
  for (const { repeats, ...row } of rows) {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const stride = repeat === 0 ? row.stride : 1;
      output = block(net, `_blocks.${place++}`, output, { ...row, stride, channels, side });
      side = Math.ceil(side / stride);
      channels = row.filters;
    }
  }
  output = net.norm('_bn1', net.conv('_conv_head', output, { filters: 1280, kernel: 1 }), norm);
  output = net.plain('globalAvgPool', '_avg_pooling', net.plain('relu6', '_relu1', output));
  net.logits('_fc', net.dropout('_dropout', net.plain('flatten', 'flatten', output), 0.2));
  return net.graph(name);
}

interface BlockSize {
  channels: number;
  expansion: number;
  filters: number;
  kernel: number;
  stride: number;
  side: number;
}

/** Widen by 1 × 1, filter each channel alone, narrow by 1 × 1 without an activation. */
function block(net: GraphBuilder, id: string, input: string, size: BlockSize): string {
  const { channels, expansion, filters, kernel, stride, side } = size;
  const wide = channels * expansion;
  let output = input;
  if (expansion > 1) {
    output = net.conv(`${id}._expand_conv`, output, { filters: wide, kernel: 1 });
    output = net.plain('relu6', `${id}._relu0`, net.norm(`${id}._bn0`, output, norm));
  }
  const padding = samePadding(side, kernel, stride);
  output = net.conv(`${id}._depthwise_conv`, output, {
    filters: wide,
    kernel,
    stride,
    padding,
    groups: wide,
  });
  output = net.plain('relu6', `${id}._relu1`, net.norm(`${id}._bn1`, output, norm));
  output = net.conv(`${id}._project_conv`, output, { filters, kernel: 1 });
  output = net.norm(`${id}._bn2`, output, norm);
  return stride === 1 && channels === filters ? net.add(`${id}.add`, output, input) : output;
}

function samePadding(side: number, kernel: number, stride: number): [number, number, number, number] {
  const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + kernel - side);
  const [before, after] = [Math.floor(total / 2), Math.ceil(total / 2)];
  return [before, before, after, after];
}
