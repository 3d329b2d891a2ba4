import type { FineTune, NetworkBlock } from '../../../app/contract/index.ts';

/** A block as it is shown: at what learning rate it goes on, or null where it stays as it is. */
export interface TunedPart extends NetworkBlock {
  rate: number | null;
}

/** The classifier first, then what comes before it, each slower than the part after it. */
export function partsOf(
  blocks: readonly NetworkBlock[],
  { blocks: learning, decay }: FineTune,
  learningRate: number,
): TunedPart[] {
  return blocks.toReversed().map((block, place) => ({
    ...block,
    rate: learning === 'all' || place <= learning ? learningRate * decay ** place : null,
  }));
}
