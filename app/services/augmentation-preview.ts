import { TesseraError } from '../contract/index.ts';
import type { ManifestEntry } from '../core/training/plan.ts';
import { os } from './implementer.ts';
import type { Tools } from './tools.ts';

/** Pictures that are shown where nobody chose any. */
const usualCount = 4;

/** What the network would see. */
export function augmentationPreview({ projects, runner }: Tools) {
  return os.models.augmentationPreview.handler(({ input }) => {
    const { projectId, augment, imageSize, seed, epochs, imageIds } = input;
    const store = projects.store(projectId);
    const { classes, entries } = store.manifest();
    const pictures =
      imageIds === undefined ? someOf(entries) : imageIds.map((imageId) => labeled(entries, imageId));
    return runner.run({
      kind: 'augment',
      projectPath: store.path,
      pictures: pictures.map(({ imageId, hash, classIndex }) => ({ imageId, hash, classIndex })),
      classes,
      input: { size: imageSize, channels: store.channels() },
      how: augment,
      seed,
      epochs,
    }).result;
  });
}

/** Spread over all that are learned, so that several classes are among them. Throws `tooFewPictures`. */
function someOf(entries: readonly ManifestEntry[]): ManifestEntry[] {
  const learned = entries.filter(({ split }) => split === 'train');
  if (learned.length === 0)
    throw new TesseraError('tooFewPictures', { reason: 'None is to be learned yet.' });
  const byClass = learned.toSorted((a, b) => a.classIndex - b.classIndex || a.imageId - b.imageId);
  const count = Math.min(usualCount, byClass.length);
  return Array.from({ length: count }, (_, at) => byClass[Math.floor((at * byClass.length) / count)]).filter(
    (entry) => entry !== undefined,
  );
}

/** Only what has a label can be mixed. Throws `imageNotFound`. */
function labeled(entries: readonly ManifestEntry[], imageId: number): ManifestEntry {
  const found = entries.find((entry) => entry.imageId === imageId);
  if (found === undefined) throw new TesseraError('imageNotFound', { image: imageId });
  return found;
}
