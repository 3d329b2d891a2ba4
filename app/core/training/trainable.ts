import { TesseraError } from '../../contract/index.ts';
import type { ManifestEntry } from './plan.ts';

const fewestPerClass = 2;
const fewestClasses = 2;

/** Throws `tooFewPictures` unless two classes have at least two labeled pictures, and some of them are to be learned. */
export function checkTrainable(classes: readonly string[], entries: readonly ManifestEntry[]): void {
  const counts = classes.map(() => 0);
  for (const { classIndex } of entries) counts[classIndex] = (counts[classIndex] ?? 0) + 1;
  if (counts.filter((count) => count >= fewestPerClass).length < fewestClasses) {
    const found = classes.map((name, index) => `${name}: ${counts[index]}`).join(', ');
    throw new TesseraError('tooFewPictures', {
      reason: found === '' ? 'There are no classes yet.' : `There are ${found}.`,
    });
  }
  if (!entries.some(({ split }) => split === 'train')) {
    throw new TesseraError('tooFewPictures', {
      reason: 'No picture is in the training split; assign splits first.',
    });
  }
}
