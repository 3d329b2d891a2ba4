import type { AugmentedPicture } from '../../contract/index.ts';
import type { Task, TaskResults } from '../../core/tasks.ts';
import { augment } from '../../engine/index.ts';
import { encodePng } from '../../formats/images/plain-png.ts';
import { readProjectPicture } from '../originals.ts';

/** Some pictures as they would be learned, each in some epochs. Throws what `readProjectPicture` throws. */
export async function runAugment(task: Extract<Task, { kind: 'augment' }>): Promise<TaskResults['augment']> {
  const { pictures, classes, input, how, seed, epochs } = task;
  const [height, width, channels] = [input.size, input.size, input.channels];
  const bytes = height * width * channels;
  const read = pictures.map(({ hash }) => readProjectPicture(task, hash, { height, width, channels }));
  const batch = {
    pictures: Buffer.concat(await Promise.all(read)),
    count: pictures.length,
    labels: Int32Array.from(pictures, ({ classIndex }) => classIndex),
  };
  const rows = {
    pictures: Int32Array.from(pictures, ({ imageId }) => imageId),
    draws: new Int32Array(pictures.length),
  };
  return Array.from({ length: epochs }, (_, epoch) => {
    const seen = augment(batch, { height, width, channels }, classes.length, {
      ...how,
      ...rows,
      seed,
      epoch,
    });
    return pictures.map(({ imageId }, at): AugmentedPicture => {
      const pixels = seen.pictures.subarray(at * bytes, (at + 1) * bytes);
      const png = encodePng(pixels, { height, width, channels: channels === 1 ? 1 : 3 });
      return {
        imageId,
        epoch,
        url: `data:image/png;base64,${Buffer.from(png).toString('base64')}`,
        shares: 'targets' in seen ? sharesOf(seen.targets, at, classes) : null,
      };
    });
  }).flat();
}

/** The greatest first. */
function sharesOf(targets: Float32Array, row: number, classes: readonly string[]) {
  return classes
    .map((name, index) => ({ name, share: targets[row * classes.length + index] ?? 0 }))
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => b.share - a.share);
}
