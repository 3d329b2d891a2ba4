import type { Graph, Layer, TrainSettings } from '../../contract/index.ts';
import { networkBlocks } from '../model/network-blocks.ts';

type Learning = Pick<TrainSettings, 'frozen' | 'rates'>;

/**
 * What `fineTune` comes to for a network: the layers that stay, and shares of the learning rate that fall from block to block
 * towards the picture (Howard and Ruder, 2018). The classifier learns at the rate that was set. What the person froze
 * stays too, and rates that were set by name count before these.
 */
export function fineTuned({ fineTune, frozen, rates }: TrainSettings, graph: Graph): Learning {
  if (fineTune === undefined) {
    return { ...(frozen !== undefined && { frozen }), ...(rates !== undefined && { rates }) };
  }
  const { blocks, decay } = fineTune;
  // From the classifier to the picture.
  const [, ...body] = networkBlocks(graph).toReversed();
  const count = blocks === 'all' ? body.length : blocks;
  const own = new Set(frozen);
  const still = body.slice(count).flatMap(({ layers }) => layers.map(({ id }) => id));
  const learning = body.slice(0, count).flatMap(({ layers }, place) =>
    layers
      .filter(({ id }) => !own.has(id))
      .flatMap(parametersOf)
      .map((name) => [name, decay ** (place + 1)] as const),
  );
  const staying = [...new Set([...own, ...still])];
  const shares = { ...Object.fromEntries(decay === 1 ? [] : learning), ...rates };
  return {
    ...(staying.length > 0 && { frozen: staying }),
    ...(Object.keys(shares).length > 0 && { rates: shares }),
  };
}

/** Those that learn. */
function parametersOf(layer: Layer): string[] {
  switch (layer.op) {
    case 'conv2d':
    case 'dense':
      return [`${layer.id}.weight`, ...(layer.bias ? [`${layer.id}.bias`] : [])];
    case 'batchNorm2d':
      return [`${layer.id}.weight`, `${layer.id}.bias`];
    default:
      return [];
  }
}
