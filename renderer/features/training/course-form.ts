import type { Layer, TrainSettings } from '../../../app/contract/index.ts';

/** Whether a layer has numbers that are learned, and can be frozen. */
export const isTrained = ({ op }: Layer): boolean =>
  op === 'conv2d' || op === 'dense' || op === 'batchNorm2d';

/** Arrays as large as the weights that an optimiser keeps. */
const moments = { sgd: 1, adam: 2, adamw: 2 } as const;
const bytesOfFloat = 4;

/** Bytes on the disk when the run is over: the last two and the best, and one of every k-th epoch. */
export function checkpointBytes(
  parameters: number,
  { optimizer, averageDecay, keepEvery, epochs }: Omit<TrainSettings, 'model'>,
): number {
  const arrays = 1 + moments[optimizer] + (averageDecay === undefined ? 0 : 1);
  const kept = keepEvery === undefined ? 0 : Math.floor(epochs / keepEvery);
  return parameters * bytesOfFloat * arrays * (3 + kept);
}
