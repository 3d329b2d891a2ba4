import type { Graph } from '../../../contract/index.ts';
import type { ModelTarget } from '../blocks.ts';
import { GraphBuilder } from '../graph-builder.ts';

/** Filters of the 1 × 1 and the 3 × 3 branch, or of the convolution that halves the picture beside a maximum. */
const modules = [
  { one: 32, three: 32 },
  { one: 32, three: 48 },
  { halve: 80 },
  { one: 112, three: 48 },
  { one: 96, three: 64 },
  { one: 80, three: 80 },
  { one: 48, three: 96 },
  { halve: 96 },
  { one: 176, three: 160 },
  { one: 176, three: 160 },
] as const;

/**
 * The small Inception network for pictures of about 28 pixels (Zhang et al., 2016, “Understanding deep learning requires
 * rethinking generalization”, figure 3): two branches a module, batch norm after each convolution. Halving modules are
 * padded here, so that any size from 8 on fits.
 */
export function smallInception(name: string, target: ModelTarget): Graph {
  const net = new GraphBuilder(target);
  let output = normalised(net, 'conv', 'input', { filters: 96, kernel: 3 });
  modules.forEach((module, place) => {
    const id = `module${place + 1}`;
    if ('halve' in module) {
      const three = normalised(net, `${id}.three`, output, { filters: module.halve, kernel: 3, stride: 2 });
      const pool = net.maxPool(`${id}.pool`, output, { window: 3, stride: 2, padding: 1 });
      output = net.concat(`${id}.concat`, three, pool);
    } else {
      const one = normalised(net, `${id}.one`, output, { filters: module.one, kernel: 1 });
      const three = normalised(net, `${id}.three`, output, { filters: module.three, kernel: 3 });
      output = net.concat(`${id}.concat`, one, three);
    }
  });
  net.logits('fc', net.plain('flatten', 'flatten', net.plain('globalAvgPool', 'pool', output)));
  return net.graph(name);
}

type Size = Parameters<GraphBuilder['conv']>[2];

/** Convolution, batch norm, ReLU. */
function normalised(net: GraphBuilder, id: string, input: string, size: Size): string {
  return net.plain('relu', `${id}.relu`, net.norm(`${id}.norm`, net.conv(id, input, size)));
}
