import type { Graph } from '../../../contract/index.ts';
import type { ModelTarget } from '../blocks.ts';
import { GraphBuilder } from '../graph-builder.ts';

/** Filters of the three stages; each but the first halves the picture. */
const stages = [16, 32, 64] as const;

/**
 * The residual network for small pictures (He et al., 2015, section 4.2) of 6n + 2 layers: a convolution, three stages of
 * n blocks of two convolutions with batch norm, the global average and a dense layer. Where a block changes the shape, its
 * shortcut is a 1 × 1 convolution with batch norm (option B there). Layers are called `stage2.block1.conv1`, ….
 */
export function smallResnet(name: string, blocksPerStage: number, target: ModelTarget): Graph {
  const net = new GraphBuilder(target);
  let output = net.norm('norm', net.conv('conv', 'input', { filters: stages[0], kernel: 3 }));
  output = net.plain('relu', 'relu', output);
  let channels: number = stages[0];
  stages.forEach((filters, stage) => {
    for (let block = 1; block <= blocksPerStage; block += 1) {
      const stride = filters === channels ? 1 : 2;
      output = residual(net, `stage${stage + 1}.block${block}`, output, filters, stride);
      channels = filters;
    }
  });
  net.logits('fc', net.plain('flatten', 'flatten', net.plain('globalAvgPool', 'pool', output)));
  return net.graph(name);
}

function residual(net: GraphBuilder, id: string, input: string, filters: number, stride: number): string {
  let output = net.norm(`${id}.norm1`, net.conv(`${id}.conv1`, input, { filters, kernel: 3, stride }));
  output = net.conv(`${id}.conv2`, net.plain('relu', `${id}.relu1`, output), { filters, kernel: 3 });
  output = net.norm(`${id}.norm2`, output);
  const shortcut =
    stride === 1
      ? input
      : net.norm(`${id}.shortcut.norm`, net.conv(`${id}.shortcut`, input, { filters, kernel: 1, stride }));
  return net.plain('relu', `${id}.relu2`, net.add(`${id}.add`, output, shortcut));
}
