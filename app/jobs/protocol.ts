import type {
  ErrorReport,
  Evaluation,
  ExportFormat,
  ImportLayout,
  ImportPreview,
  JudgedImage,
  Metric,
  Prediction,
  SampleName,
  Split,
} from '../contract/index.ts';
import type { ManifestEntry } from '../core/training/plan.ts';

/**
 * What the supervisor and a worker say to each other. Everything is plain data (structured clone), the same over
 * `child_process` and Electron's `utilityProcess`. The worker reads and writes files of the project, never its
 * database: what belongs into the database goes up as a message and is acknowledged after the commit.
 */
export type Task =
  | { kind: 'inspect'; paths: string[]; layout: ImportLayout }
  | { kind: 'import'; projectPath: string; paths: string[]; layout: ImportLayout; split?: Split }
  | { kind: 'sample'; projectPath: string; sample: SampleName }
  | { kind: 'train'; projectPath: string; runId: string; resume: boolean }
  | { kind: 'evaluate'; projectPath: string; runId: string; manifest: EvaluatedEntry[] }
  | { kind: 'predict'; projectPath: string; runId: string; inputs: PredictInput[] }
  | { kind: 'logits'; projectPath: string; runId: string; path: string }
  | { kind: 'predictFolder'; projectPath: string; runId: string; paths: string[]; out: string }
  | {
      kind: 'export';
      projectPath: string;
      runId: string;
      format: ExportFormat;
      out: string;
      /** Real pictures of the project for the parity check, at most a hundred. */
      samples: ManifestEntry[];
    };
export type TaskKind = Task['kind'];

export type EvaluatedEntry = ManifestEntry & { name: string };

/** A picture to predict: a file, with the name that the person knows. */
export interface PredictInput {
  name: string;
  path: string;
}

/** A picture that an import or a sample put into `images/`, ready for the database. */
export interface NewImage {
  hash: string;
  /** Relative path or name that the person knows. */
  name: string;
  className: string | null;
  split: Split | null;
  width: number;
  height: number;
  channels: 1 | 3;
  bytes: number;
}

export interface SkippedFile {
  path: string;
  reason: string;
}

/** What a task gives when it ends well. */
export interface TaskResults {
  inspect: ImportPreview;
  import: { classes: string[] };
  sample: { classes: string[] };
  train: { bestEpoch: number; bestValAccuracy: number | null; testAccuracy: number | null; seconds: number };
  evaluate: { evaluation: Omit<Evaluation, 'runId' | 'split'>; images: JudgedImage[] };
  predict: Prediction[];
  logits: { outputs: number[][] };
  predictFolder: { images: number; path: string };
  export: {
    path: string;
    bytes: number;
    /** All files that were written, the model first. */
    files: string[];
    parity: { maxAbsDiff: number; images: number; judge: string };
  };
}

/** Supervisor → worker. */
export type Downward =
  | { type: 'start'; taskId: number; task: Task }
  | { type: 'cancel'; taskId: number }
  /** The chunk of pictures `chunk` is committed; the worker keeps at most four chunks unacknowledged. */
  | { type: 'ack'; taskId: number; chunk: number };

/** Worker → supervisor. */
export type Upward =
  | { type: 'ready'; isa: string; threads: number }
  | { type: 'progress'; taskId: number; done: number; total: number | null; detail: string }
  | { type: 'images'; taskId: number; chunk: number; images: NewImage[]; skipped: SkippedFile[] }
  | { type: 'metrics'; taskId: number; points: Metric[] }
  /** A checkpoint is on disk under its final name. */
  | { type: 'checkpoint'; taskId: number; epoch: number; best: boolean }
  | { type: 'done'; taskId: number; result: TaskResults[TaskKind] }
  | { type: 'failed'; taskId: number; error: ErrorReport };
