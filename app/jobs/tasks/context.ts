import type { Metric, RunHappening } from '../../contract/index.ts';
import type {
  DecodedFile,
  DecodeRequest,
  MeasuredPicture,
  NewImage,
  SkippedFile,
  Suggestion,
} from '../../core/tasks.ts';
import type { DataOfEpoch } from '../../core/training/data-in-force.ts';

/**
 * What a running task may say to the supervisor, and how it learns that it was cancelled. A cancelled task ends by
 * throwing `signal.reason`, which is a `TesseraError` with the code `cancelled`.
 */
export interface TaskContext {
  readonly signal: AbortSignal;
  /** Aborts when it is to end at its next checkpoint, by throwing the reason: a `TesseraError` with the code `paused`. */
  readonly pausing: AbortSignal;
  /** `total` is null while it is not known; `detail` is one line for the person. */
  progress(done: number, total: number | null, detail: string): void;
  /** Resolves when few enough chunks wait for their commit that the next one may be made. */
  images(images: NewImage[], skipped: SkippedFile[]): Promise<void>;
  /**
   * Has picture files decoded by the pool of processes; a result for each, in their order, once its original and its
   * thumbnail are on the disk. Rejects with what is wrong with the project, never for a picture. After a cancellation the files that nobody has begun come
   * back undone, the others as they became.
   */
  decode(request: DecodeRequest): Promise<DecodedFile[]>;
  /** What a decode task has done, by the place of the file in it. */
  decoded(files: (readonly [place: number, file: DecodedFile])[]): void;
  measured(measured: MeasuredPicture[]): void;
  suggestions(suggestions: Suggestion[]): void;
  metrics(points: Metric[]): void;
  happened(happening: RunHappening): void;
  /** Which data a run is to go by in an epoch that it begins, from 0: the same whenever it asks again. */
  dataOf(epoch: number): Promise<DataOfEpoch>;
  /** Only after the checkpoint is on disk under its final name. */
  checkpoint(epoch: number, best: boolean): void;
}
