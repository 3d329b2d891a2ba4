import type { ArchitectureName, FitChoice, FitRow } from '../../contract/index.ts';

/** Times that a person has: ten minutes, an hour, a night. Seconds. */
export const budgets = { tenMinutes: 600, hour: 3600, night: 8 * 3600 } as const;

/**
 * How much can be learned with an architecture, the greater the more; by what they are known to reach on CIFAR-10 (small
 * ones) and ImageNet (the others).
 */
const strengths: Record<ArchitectureName, number> = {
  lenet: 1,
  'small-cnn': 2,
  'inception-small': 4,
  'resnet-20': 5,
  'vgg-small': 5.5,
  'resnet-32': 6,
  alexnet: 5,
  'vgg-11': 7,
  'vgg-13': 7.2,
  googlenet: 7.3,
  'vgg-11-bn': 7.4,
  'vgg-16': 7.5,
  'vgg-19': 7.6,
  'vgg-13-bn': 7.7,
  'resnet-18': 8,
  'mobilenet-v2': 8.2,
  'vgg-16-bn': 8.3,
  'vgg-19-bn': 8.4,
  'resnet-34': 8.6,
  'efficientnet-lite0': 8.8,
  'resnet-50': 9,
};
/** With fewer an architecture does not come to what it can: epochs that a run from random weights should have. */
export const enoughEpochs = 15;

/** Picture sizes that are compared, for pictures whose shorter side has so many pixels: none is made much larger than it is. */
export function sizesFor(side: number, least: number, usual: number): number[] {
  const sizes = [28, 32, 64, 96, 128, 160, 224].filter(
    (size) => size >= least && size <= Math.max(side, usual),
  );
  return sizes.filter((size) => size === usual || size > 32 || usual <= 32);
}

/**
 * For each time the strongest choice that makes enough epochs within it and fits into memory; null where none does. Between
 * equals the larger picture. `isSmall`: the pictures are drawings or small, and large networks have nothing to see.
 */
export function bestFor(
  rows: readonly FitRow[],
  memoryBytes: number,
  isSmall: boolean,
): Record<keyof typeof budgets, FitChoice | null> {
  const best = (seconds: number): FitChoice | null => {
    const fitting = rows
      .filter((row) => (row.pictures === 'small') === isSmall && row.memoryBytes <= memoryBytes)
      .map((row) => ({ row, epochs: epochsIn(row, seconds) }))
      .filter(({ row, epochs }) => row.pretrained === 'head' || epochs >= enoughEpochs)
      .filter(({ row }) => row.pretrained !== 'head' || row.seconds <= seconds)
      .toSorted((a, b) => rank(b.row) - rank(a.row) || b.row.imageSize - a.row.imageSize);
    const [first] = fitting;
    if (first === undefined) return null;
    const { model, imageSize, pretrained } = first.row;
    return { model, imageSize, epochs: first.epochs, ...(pretrained && { pretrained }) };
  };
  return { tenMinutes: best(budgets.tenMinutes), hour: best(budgets.hour), night: best(budgets.night) };
}

/** A network that knows ImageNet already is better than a short run of any other. */
const rank = ({ model, pretrained }: FitRow): number => strengths[model] - (pretrained === 'head' ? 0.5 : 0);

/** No more than a hundred: longer runs learn little more. */
const epochsIn = (row: FitRow, seconds: number): number =>
  row.pretrained === 'head' ? 1 : Math.min(100, Math.floor(seconds / row.secondsPerEpoch));
