import { TesseraError, type Graph } from '../../contract/index.ts';
import { batchesOf } from '../../core/training/batches.ts';
import type { ManifestEntry } from '../../core/training/plan.ts';
import { readProjectPicture, type Originals } from '../originals.ts';

/** Originals that are in memory at the same time. */
const atOnce = 16;

/** Pictures of the project as the network takes them, uint8 [H, W, C] each; those that are gone or broken are left out. */
export async function readSamples(
  originals: Originals,
  samples: readonly ManifestEntry[],
  input: Graph['input'],
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  for (const places of batchesOf([...samples.keys()], atOnce)) {
    signal.throwIfAborted();
    const read = await Promise.all(
      places.map((place) => readIfPossible(originals, samples[place]?.hash ?? '', input)),
    );
    pictures.push(...read.filter((pixels) => pixels !== null));
  }
  return pictures;
}

const leftOut = ['fileNotFound', 'fileUnreadable', 'pictureUnreadable', 'referenceGone', 'referenceChanged'];

/** A picture of the project as the network takes it; null for one that is gone or broken. */
export async function readIfPossible(
  originals: Originals,
  hash: string,
  input: Graph['input'],
): Promise<Uint8Array | null> {
  try {
    return await readProjectPicture(originals, hash, input);
  } catch (error) {
    if (error instanceof TesseraError && leftOut.includes(error.code)) return null;
    throw error;
  }
}
