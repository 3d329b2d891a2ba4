import type { Metric } from '../../contract/index.ts';
import type { NewImage, SkippedFile } from '../../core/tasks.ts';

/**
 * What a running task may say to the supervisor, and how it learns that it was cancelled. A cancelled task ends by
 * throwing `signal.reason`, which is a `TesseraError` with the code `cancelled`.
 */
export interface TaskContext {
  readonly signal: AbortSignal;
  /** `total` is null while it is not known; `detail` is one line for the person. */
  progress(done: number, total: number | null, detail: string): void;
  /** Resolves when few enough chunks wait for their commit that the next one may be made. */
  images(images: NewImage[], skipped: SkippedFile[]): Promise<void>;
  metrics(points: Metric[]): void;
  /** Only after the checkpoint is on disk under its final name. */
  checkpoint(epoch: number, best: boolean): void;
}
