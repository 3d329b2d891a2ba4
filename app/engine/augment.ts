import { calling } from './binding.ts';
import { shapeMismatch } from './shapes.ts';
import type { AugmentedRows, LabeledBatch, SoftBatch } from './types.ts';

export interface PictureSize {
  height: number;
  width: number;
  channels: number;
}

/**
 * A batch as a network would learn it in an epoch of `how.epoch`, uint8 like the pictures themselves: the very bytes that
 * `trainEpoch` makes of them. Labels become shares of the classes where pictures are mixed. At once, on the calling thread.
 * Throws `shapeMismatch`.
 */
export function augment(
  { pictures, count, labels }: LabeledBatch,
  { height, width, channels }: PictureSize,
  classes: number,
  how: AugmentedRows,
): LabeledBatch | SoftBatch {
  if (pictures.length !== count * height * width * channels || labels.length !== count) {
    throw shapeMismatch('augment', `${count} pictures of ${height} × ${width} × ${channels} were expected`);
  }
  const changed = calling((addon) =>
    addon.augment({ count, height, width, channels, classes }, pictures, labels, how),
  );
  return changed.targets === null
    ? { pictures: changed.pictures, count, labels }
    : { pictures: changed.pictures, count, targets: changed.targets };
}
