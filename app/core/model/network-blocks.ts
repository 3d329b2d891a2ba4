import type { Graph, Layer } from '../../contract/index.ts';
import { predictionGraph } from './prediction.ts';

/** Layers that learn or stay together, by id, in their order. */
export interface LayerGroup {
  name: string;
  layers: Layer[];
}

const withWeights = new Set<Layer['op']>(['conv2d', 'dense', 'batchNorm2d']);

/**
 * A network in the blocks that its layers' names tell of, from the picture on; the last one is the classifier.
 * `layer1.0.conv2` belongs to `layer1.0`, `inception3a.branch2.0.conv` to `inception3a`, and a norm to the convolution before
 * it. Layers without weights are left out, and so is what only training has.
 */
export function networkBlocks(graph: Graph): LayerGroup[] {
  const groups: LayerGroup[] = [];
  const byName = new Map<string, LayerGroup>();
  let last: LayerGroup | null = null;
  const learned = predictionGraph(graph).layers.filter(({ op }) => withWeights.has(op));
  const classifier = learned.at(-1);
  for (const layer of learned) {
    const name = layer === classifier ? layer.id : blockName(layer.id);
    const isOfLast = layer.op === 'batchNorm2d' && !byName.has(name);
    let group: LayerGroup | null | undefined = isOfLast ? last : byName.get(name);
    if (!group || layer === classifier) {
      group = { name, layers: [] };
      groups.push(group);
      byName.set(name, group);
    }
    group.layers.push(layer);
    last = group;
  }
  return groups;
}

/** `a.3.b` → `a.3`, `stage1.block2.conv1` → `stage1.block2`, `inception3a.branch1.conv` → `inception3a`. */
function blockName(id: string): string {
  const [first = '', second, ...rest] = id.split('.');
  if (second === undefined) return id;
  const isNumbered = /^(\d+|block\d+)$/.test(second);
  return isNumbered || rest.length === 0 ? `${first}.${second}` : first;
}
