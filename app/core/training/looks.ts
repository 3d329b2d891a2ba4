import type { LayerInfo } from '../../contract/index.ts';

/** Of a run: as many as a person can tell apart over time. */
const mostPoints = 64;
/** Pictures that are looked at, fewer where a network gives more numbers than this for them. */
const mostPictures = 8;
const mostNumbers = 2 ** 24;
/** Pictures that a ReLU is judged by: a channel that is 0 in a few may well answer to others. Fewer for large networks. */
const mostJudged = 256;
const mostJudgedNumbers = 2 ** 27;

/** Epochs between two looks into the layers of a run. */
export const epochsPerLook = (epochs: number): number => Math.max(1, Math.ceil(epochs / mostPoints));

/** Whether layers are looked at after this epoch; after the last one always. */
export const isWatched = (epoch: number, epochs: number): boolean =>
  epoch === epochs || epoch % epochsPerLook(epochs) === 0;

/** Numbers that all layers together give for a picture. */
export const numbersOf = (layers: readonly Pick<LayerInfo, 'outputShape'>[]): number =>
  layers.reduce((sum, { outputShape }) => sum + outputShape.reduce((product, side) => product * side, 1), 0);

/** How many of `learned` training pictures are looked at in a network of so many numbers, and how many judge its ReLUs. */
export function lookedAt(numbers: number, learned: number): { count: number; judgedBy: number } {
  const within = (most: number, all: number): number =>
    Math.min(most, learned, Math.floor(all / Math.max(numbers, 1)));
  const count = Math.max(1, within(mostPictures, mostNumbers));
  return { count, judgedBy: Math.max(count, within(mostJudged, mostJudgedNumbers)) };
}
