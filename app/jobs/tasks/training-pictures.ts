import type { Split } from '../../contract/index.ts';
import { batchesOf } from '../../core/training/batches.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import { DataSet } from '../../engine/index.ts';
import type { LabeledBatch } from '../../engine/types.ts';
import { imageFile } from '../../storage/files.ts';
import { readPicture } from '../pictures.ts';
import { pixelsOf } from '../pixel-cache.ts';
import { greatestInMemory, type Pixels } from '../pixels.ts';
import type { TaskContext } from './context.ts';
import { picturesDone } from './progress-detail.ts';

/** Read in one go from the disk into the engine's memory, bytes. */
const readAtOnce = 2 ** 23;

/**
 * The pictures and labels of a plan: in the engine's own memory where they fit, otherwise as batches, one at a time, whose
 * memory is used again for the next.
 */
export class TrainingPictures implements AsyncDisposable {
  /** All pictures, in the manifest's order; null where they are too large for memory. */
  readonly set: DataSet | null;
  readonly #pixels: Pixels;
  readonly #labels: Int32Array;
  readonly #imageIds: Int32Array;
  /** For each split its rows in the pixels, in the manifest's order. */
  readonly #rows: Record<Split, number[]> = { train: [], val: [], test: [] };
  readonly #pictureBytes: number;
  #buffer = new Uint8Array();

  /** Decodes the pictures unless that was done before. */
  static async open(
    projectPath: string,
    plan: TrainPlan,
    context: TaskContext,
    limit = greatestInMemory,
  ): Promise<TrainingPictures> {
    const { input } = plan.graph;
    const set = {
      projectPath,
      hashes: plan.manifest.map(({ hash }) => hash),
      size: input.height,
      channels: input.channels,
    };
    const pixels = await pixelsOf(set, (hash) => readPicture(imageFile(projectPath, hash), input), {
      signal: context.signal,
      inMemory: 0,
      progress: (done, total) =>
        context.progress(done, total, `Reading pictures, ${picturesDone(done, total)}`),
    });
    const size = input.height * input.width * input.channels;
    const labels = Int32Array.from(plan.manifest, ({ classIndex }) => classIndex);
    const fits = labels.length * size <= limit;
    return new TrainingPictures(
      plan,
      labels,
      pixels,
      fits ? await nativeSet(pixels, size, labels, context) : null,
    );
  }

  private constructor(
    { manifest, graph }: TrainPlan,
    labels: Int32Array,
    pixels: Pixels,
    set: DataSet | null,
  ) {
    this.set = set;
    this.#pixels = pixels;
    this.#labels = labels;
    this.#pictureBytes = graph.input.height * graph.input.width * graph.input.channels;
    this.#imageIds = Int32Array.from(manifest, ({ imageId }) => imageId);
    manifest.forEach(({ split }, row) => this.#rows[split].push(row));
  }

  count(split: Split): number {
    return this.#rows[split].length;
  }

  /** The rows of these places of a split in `set`; of all its places where none are named. */
  rows(split: Split, places?: readonly number[]): Int32Array {
    const rows = this.#rows[split];
    return places === undefined
      ? Int32Array.from(rows)
      : Int32Array.from(places, (place) => rows[place] as number);
  }

  /** The project's own numbers of the pictures at these places of a split. */
  imageIds(split: Split, places: readonly number[]): Int32Array {
    return this.rows(split, places).map((row) => this.#imageIds[row] as number);
  }

  /** The pictures at these places of a split. */
  async batch(split: Split, places: readonly number[]): Promise<LabeledBatch> {
    const rows = places.map((place) => this.#rows[split][place] as number);
    const bytes = rows.length * this.#pictureBytes;
    if (this.#buffer.length < bytes) this.#buffer = new Uint8Array(bytes);
    await this.#pixels.gather(rows, this.#buffer);
    return {
      pictures: this.#buffer.subarray(0, bytes),
      count: rows.length,
      labels: Int32Array.from(rows, (row) => this.#labels[row] as number),
    };
  }

  /** A whole split in its own order. */
  async *batches(split: Split, batchSize: number): AsyncGenerator<LabeledBatch> {
    const places = Array.from({ length: this.count(split) }, (_, place) => place);
    for (const batch of batchesOf(places, batchSize)) yield await this.batch(split, batch);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    this.set?.dispose();
    return this.#pixels[Symbol.asyncDispose]();
  }
}

/** The pixels in the engine's memory. */
async function nativeSet(
  pixels: Pixels,
  size: number,
  labels: Int32Array,
  { signal }: TaskContext,
): Promise<DataSet> {
  const set = new DataSet({ kind: 'bytes', size, labels });
  try {
    const perRead = Math.max(1, Math.floor(readAtOnce / size));
    const buffer = new Uint8Array(Math.min(perRead, labels.length) * size);
    for (let first = 0; first < labels.length; first += perRead) {
      signal.throwIfAborted();
      const pictures = buffer.subarray(0, Math.min(perRead, labels.length - first) * size);
      await pixels.read(first, pictures);
      set.write(first, pictures);
    }
    return set;
  } catch (error) {
    set.dispose();
    throw error;
  }
}
