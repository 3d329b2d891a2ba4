import type { Split } from '../../contract/index.ts';
import { batchesOf } from '../../core/training/batches.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import { DataSet } from '../../engine/index.ts';
import type { LabeledBatch } from '../../engine/types.ts';
import { readProjectPicture, type Originals } from '../originals.ts';
import { cachedPixels, fillingPixels, pixelsOf, type FillingPixels } from '../pixel-cache.ts';
import { greatestInMemory, type Pixels } from '../pixels.ts';
import type { TaskContext } from './context.ts';
import { picturesDone } from './progress-detail.ts';

/** Read in one go from the disk into the engine's memory, bytes. */
const readAtOnce = 2 ** 23;

/** Smaller pictures are decoded faster than the first steps of an epoch that asks for them one by one, bytes. */
const photograph = 96 * 96 * 3;

/**
 * The pictures and labels of a plan: in the engine's own memory where they fit, otherwise as batches, one at a time, whose
 * memory is used again for the next. Photographs that were never decoded come as batches too until `settle`: they are decoded
 * while the network learns from those before.
 */
export class TrainingPictures implements AsyncDisposable {
  #set: DataSet | null = null;
  #pixels: Pixels;
  /** null where all are decoded. */
  #filling: FillingPixels | null;
  readonly #limit: number;
  readonly #context: TaskContext;
  readonly #splits: readonly Split[];
  /** -1 for a picture that is left out. */
  #labels: Int32Array;
  readonly #imageIds: Int32Array;
  /** For each split its rows in the pixels, in the manifest's order. */
  #rows: Record<Split, number[]> = { train: [], val: [], test: [] };
  readonly #pictureBytes: number;
  #buffer = new Uint8Array();

  /** Decodes the pictures unless that was done before. */
  static async open(
    originals: Originals,
    plan: TrainPlan,
    context: TaskContext,
    limit = greatestInMemory,
  ): Promise<TrainingPictures> {
    const { input } = plan.graph;
    const set = {
      projectPath: originals.projectPath,
      hashes: plan.manifest.map(({ hash }) => hash),
      size: input.height,
      channels: input.channels,
    };
    const decode = (hash: string): Promise<Uint8Array> => readProjectPicture(originals, hash, input);
    const size = input.height * input.width * input.channels;
    const cached =
      size < photograph ? await pixelsOf(set, decode, making(context)) : await cachedPixels(set, 0);
    const filling = cached === null ? await fillingPixels(set, decode) : null;
    const pixels = cached ?? filling?.pixels;
    if (pixels === undefined) throw new Error('there are no pixels');
    const pictures = new TrainingPictures(plan, pixels, filling, context, limit);
    try {
      if (filling === null) await pictures.#load();
      return pictures;
    } catch (error) {
      await pictures[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(
    { manifest, graph }: TrainPlan,
    pixels: Pixels,
    filling: FillingPixels | null,
    context: TaskContext,
    limit: number,
  ) {
    this.#pixels = pixels;
    this.#filling = filling;
    this.#context = context;
    this.#limit = limit;
    this.#labels = Int32Array.from(manifest, ({ classIndex }) => classIndex);
    this.#pictureBytes = graph.input.height * graph.input.width * graph.input.channels;
    this.#imageIds = Int32Array.from(manifest, ({ imageId }) => imageId);
    this.#splits = manifest.map(({ split }) => split);
    this.#findRows();
  }

  /** Brings other labels into force: the class of every picture of the plan, -1 for one that is left out. */
  async goBy(labels: Int32Array): Promise<void> {
    if (labels.every((label, row) => label === this.#labels[row])) return;
    this.#labels = labels;
    this.#findRows();
    if (this.#set === null) return;
    // What a network may read is never written over.
    this.#set.dispose();
    this.#set = null;
    await this.#load();
  }

  #findRows(): void {
    this.#rows = { train: [], val: [], test: [] };
    this.#splits.forEach((split, row) => {
      if (this.#labels[row] !== -1) this.#rows[split].push(row);
    });
  }

  /** The classes of a split's pictures, by place. */
  classes(split: Split): Int32Array {
    return this.rows(split).map((row) => this.#labels[row] as number);
  }

  /** All pictures, in the manifest's order; null where they are too large for memory or not all decoded. */
  get set(): DataSet | null {
    return this.#set;
  }

  /** Decodes what was not asked for yet. From then on pictures are where they are fastest. */
  async settle(): Promise<void> {
    const filling = this.#filling;
    if (filling === null) return;
    this.#pixels = await filling.finish(making(this.#context));
    this.#filling = null;
    await filling[Symbol.asyncDispose]();
    await this.#load();
  }

  /** Into the engine's memory where they fit. */
  async #load(): Promise<void> {
    if (this.#labels.length * this.#pictureBytes > this.#limit) return;
    // Nobody asks for the rows that are left out.
    const labels = this.#labels.map((label) => Math.max(0, label));
    this.#set = await nativeSet(this.#pixels, this.#pictureBytes, labels, this.#context);
  }

  /** How many of all pictures are decoded. */
  get decoded(): number {
    return this.#filling?.pixels.count ?? this.#labels.length;
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#set?.dispose();
    await this.#pixels[Symbol.asyncDispose]();
    await this.#filling?.[Symbol.asyncDispose]();
  }
}

const making = (context: TaskContext) => ({
  signal: context.signal,
  inMemory: 0,
  progress: (done: number, total: number) =>
    context.progress(done, total, `Reading pictures, ${picturesDone(done, total)}`),
});

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
