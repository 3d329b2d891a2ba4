import type { ErrorReport, Metric, RunHappening } from '../contract/index.ts';
import type {
  DecodedFile,
  DecodeRequest,
  MeasuredPicture,
  NewImage,
  SkippedFile,
  Suggestion,
  Task,
  TaskKind,
  TaskResults,
} from '../core/tasks.ts';
import type { DataOfEpoch } from '../core/training/data-in-force.ts';

/**
 * What the supervisor and a worker process say to each other. Everything is plain data (structured clone), the same over
 * `child_process` and Electron's `utilityProcess`. The worker reads and writes files of the project, never its
 * database: what belongs into the database goes up as a message and is acknowledged after the commit.
 */

/** Supervisor → worker. */
export type Downward =
  | { type: 'start'; taskId: number; task: Task }
  | { type: 'cancel'; taskId: number }
  | { type: 'pause'; taskId: number }
  /** The chunk of pictures `chunk` is committed; the worker keeps at most four chunks unacknowledged. */
  | { type: 'ack'; taskId: number; chunk: number }
  /** The answer to a `data`. */
  | { type: 'inForce'; taskId: number; found: DataOfEpoch | ErrorReport }
  /** The answer to a `decode`: a result for every file of it, or why there is none at all. */
  | { type: 'decoded'; taskId: number; batch: number; results: DecodedFile[] | ErrorReport };

/** Worker → supervisor. */
export type Upward =
  | { type: 'ready'; isa: string; threads: number; build: string }
  /** Instead of `ready`: the worker can do nothing, and goes away. */
  | { type: 'unable'; error: ErrorReport }
  | { type: 'progress'; taskId: number; done: number; total: number | null; detail: string }
  | { type: 'images'; taskId: number; chunk: number; images: NewImage[]; skipped: SkippedFile[] }
  /** Asks for picture files to be decoded by the pool. */
  | { type: 'decode'; taskId: number; batch: number; request: DecodeRequest }
  /** Of a process of the pool: files that are done, by their place in the task. */
  | { type: 'decodedFiles'; taskId: number; files: (readonly [place: number, file: DecodedFile])[] }
  | { type: 'measured'; taskId: number; measured: MeasuredPicture[] }
  | { type: 'suggestions'; taskId: number; suggestions: Suggestion[] }
  | { type: 'metrics'; taskId: number; points: Metric[] }
  | { type: 'happened'; taskId: number; happening: RunHappening }
  /** Asks which data a run is to go by in an epoch that it begins, from 0. */
  | { type: 'data'; taskId: number; epoch: number }
  /** A checkpoint is on disk under its final name. */
  | { type: 'checkpoint'; taskId: number; epoch: number; best: boolean }
  | { type: 'done'; taskId: number; result: TaskResults[TaskKind] }
  | { type: 'failed'; taskId: number; error: ErrorReport };
