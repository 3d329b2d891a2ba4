import type { Split } from '../../contract/index.ts';
import { batchesOf } from '../../core/training/batches.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import type { LabeledBatch } from '../../engine/types.ts';
import { imageFile } from '../../storage/files.ts';
import { readPicture } from '../pictures.ts';
import { pixelsOf } from '../pixel-cache.ts';
import type { Pixels } from '../pixels.ts';
import type { TaskContext } from './context.ts';
import { picturesDone } from './progress-detail.ts';

/** The pictures and labels of a plan, as batches. One batch at a time: its memory is used again for the next. */
export class TrainingPictures implements AsyncDisposable {
  readonly #pixels: Pixels;
  readonly #labels: Int32Array;
  /** For each split its rows in the pixels, in the manifest's order. */
  readonly #rows: Record<Split, number[]> = { train: [], val: [], test: [] };
  readonly #pictureBytes: number;
  #buffer = new Uint8Array();

  /** Decodes the pictures unless that was done before. */
  static async open(projectPath: string, plan: TrainPlan, context: TaskContext): Promise<TrainingPictures> {
    const { input } = plan.graph;
    const set = {
      projectPath,
      hashes: plan.manifest.map(({ hash }) => hash),
      size: input.height,
      channels: input.channels,
    };
    const pixels = await pixelsOf(set, (hash) => readPicture(imageFile(projectPath, hash), input), {
      signal: context.signal,
      progress: (done, total) =>
        context.progress(done, total, `Reading pictures, ${picturesDone(done, total)}`),
    });
    return new TrainingPictures(plan, pixels);
  }

  private constructor({ manifest, graph }: TrainPlan, pixels: Pixels) {
    this.#pixels = pixels;
    this.#labels = Int32Array.from(manifest, ({ classIndex }) => classIndex);
    this.#pictureBytes = graph.input.height * graph.input.width * graph.input.channels;
    manifest.forEach(({ split }, row) => this.#rows[split].push(row));
  }

  count(split: Split): number {
    return this.#rows[split].length;
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
    return this.#pixels[Symbol.asyncDispose]();
  }
}
