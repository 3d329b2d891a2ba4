import type {
  AnswersFormat,
  Augmentation,
  AugmentedPicture,
  BroughtModel,
  ColumnWishes,
  Evaluation,
  ExportFormat,
  FolderAnswers,
  Graph,
  ImportLayout,
  ImportPreview,
  JudgedImage,
  Metric,
  ModelPreview,
  Parity,
  Prediction,
  PreprocessingPreset,
  Quantisation,
  RateSearchResult,
  Rehearsal,
  RunHappening,
  SampleName,
  Speeds,
  Split,
} from '../contract/index.ts';
import type { PictureMarks, PortableClass, PortableData } from './dataset/portable.ts';
import type { Measures } from './dataset/measures.ts';
import type { DataOfEpoch } from './training/data-in-force.ts';
import type { ManifestEntry, TrainPlan } from './training/plan.ts';

/**
 * The work that is done in a worker process, and what it gives. Plain data (structured clone). Where pictures or
 * results belong into the database they go up to the services: the worker never opens it.
 */
export type Task =
  | { kind: 'inspect'; paths: string[]; layout: ImportLayout; columns?: ColumnWishes }
  | ({
      kind: 'import';
      projectPath: string;
      paths: string[];
      layout: ImportLayout;
      /** Of the files there only these: the new ones of a watched folder. */
      only?: string[];
      /** The originals stay where they are. */
      inPlace?: boolean;
      known?: KnownPictures;
    } & ImportWishes)
  | { kind: 'sample'; projectPath: string; sample: SampleName }
  /** Picture files into a project's folder: what a process of the decoder pool does for a running import. */
  | ({ kind: 'decode' } & DecodeRequest)
  /**
   * Makes `cache/` pictures anew when they are missing: a thumbnail, or the whole picture as upright sRGB. Where the project's disk
   * takes none, they are put into the folder `elsewhere`.
   */
  | ({ kind: 'render'; hash: string; size: 'thumb' | 'full'; elsewhere: string } & InProject)
  /** Pictures that were imported before pictures were measured. */
  | ({ kind: 'measure'; pictures: { imageId: number; hash: string }[] } & InProject)
  /** A run looks at pictures: what would it call them? `classIndex` is that of the label where the run knows it. */
  | ({
      kind: 'suggest';
      runId: string;
      pictures: { imageId: number; hash: string; classIndex: number | null }[];
    } & InProject)
  /** What a network of this size would see of labeled pictures in its first epochs. */
  | ({
      kind: 'augment';
      pictures: { imageId: number; hash: string; classIndex: number }[];
      classes: string[];
      input: { size: number; channels: number };
      how: Augmentation;
      seed: number;
      epochs: number;
    } & InProject)
  /** `until`: halts after so many epochs, on its way to its end; it can be taken up from there. */
  | ({ kind: 'train'; runId: string; resume: boolean; until?: number } & InProject)
  /** How fast this computer trains, with so many threads. */
  | { kind: 'benchmark'; threads: number }
  /** How long the parts of a run take; the plan is not on the disk. `samples`: hashes of pictures to read. */
  | ({ kind: 'rehearse'; plan: TrainPlan; samples: string[] } & InProject)
  /** What the loss does while the learning rate rises; the plan is not on the disk. */
  | ({ kind: 'findRate'; plan: TrainPlan } & InProject)
  | ({ kind: 'evaluate'; runId: string; manifest: EvaluatedEntry[] } & InProject)
  | ({ kind: 'predict'; runId: string; inputs: (GivenPicture | StoredPicture)[] } & InProject)
  | { kind: 'logits'; projectPath: string; runId: string; path: string }
  /** The same two of a model that was exported as ONNX, wherever it lies. */
  | { kind: 'predictWithFile'; model: string; inputs: GivenPicture[] }
  | { kind: 'describeFile'; model: string }
  | { kind: 'logitsOfFile'; model: string; path: string }
  /** A model of another program into the project's folder, as a start for runs. */
  | {
      kind: 'bringModel';
      projectPath: string;
      path: string;
      modelId: string;
      name: string;
      /** What the person knows the file by. */
      file: string;
      preprocessing?: PreprocessingPreset;
    }
  /** What such a file holds. */
  | { kind: 'inspectModel'; path: string }
  /** Pictures as folders with a manifest; `out` is a new or empty folder. */
  | ({ kind: 'exportData'; out: string; data: PortableData } & InProject)
  /** Copies into the project what it only refers to; of these pictures, or of all. */
  | ({ kind: 'bringIn'; hashes?: string[] } & InProject)
  /** Looks below a folder for the originals that are not where they were. */
  | ({ kind: 'findOriginals'; folder: string } & InProject)
  /** Every picture below paths; `out` is a file, or for `folders` a new or empty folder. */
  | {
      kind: 'predictFolder';
      model: { projectPath: string; runId: string } | { path: string };
      paths: string[];
      format: AnswersFormat;
      /** Below it a picture is unsure, 0…1. */
      threshold: number;
      out: string;
    }
  | ({
      kind: 'export';
      runId: string;
      format: ExportFormat;
      out: string;
      /** Real pictures of the project for the parity check, at most a hundred. */
      samples: ManifestEntry[];
      /** Tessera's, for the file's provenance. */
      version: string;
      /** Markdown, for a bundle. */
      card: string;
    } & InProject);
export type TaskKind = Task['kind'];

/** Of a task that reads pictures of a project. */
export interface InProject {
  projectPath: string;
  /** The services add them to every task of a project that has any. */
  references?: References;
}

/** A file that stays where it is; `path` is absolute, and the length in bytes that of the picture. */
export interface Referenced {
  path: string;
  bytes: number;
}

/** A picture whose original lies elsewhere. */
export type ReferencedPicture = Referenced & { imageId: number; hash: string };

/** By the hash of their bytes: originals that are not in the project's folder. */
export type References = Readonly<Record<string, Referenced>>;

/** Finds out what a training takes: nothing that it leaves in its process may count for the next one. */
export const isTrial = (kind: TaskKind): boolean => kind === 'benchmark' || kind === 'rehearse';

/** `heavy`: one at a time. `interactive`: what a person waits for, beside it. `pool`: what other tasks ask for. */
export function laneOf(kind: TaskKind): 'heavy' | 'interactive' | 'pool' {
  switch (kind) {
    case 'import':
    case 'sample':
    case 'measure':
    case 'suggest':
    case 'train':
    case 'findRate':
    case 'benchmark':
    case 'rehearse':
    case 'predictFolder':
    case 'exportData':
    case 'bringIn':
    case 'findOriginals':
    case 'export':
      return 'heavy';
    case 'decode':
      return 'pool';
    case 'inspect':
    case 'render':
    case 'augment':
    case 'evaluate':
    case 'predict':
    case 'logits':
    case 'predictWithFile':
    case 'logitsOfFile':
    case 'describeFile':
    case 'bringModel':
    case 'inspectModel':
      return 'interactive';
  }
}

/** What a person decided about an import, above what its source says. */
export interface ImportWishes {
  /** Which columns of a list are what. */
  columns?: ColumnWishes;
  /** The label of everything. */
  className?: string;
  /** The split of everything. */
  split?: Split;
}

export type EvaluatedEntry = ManifestEntry & { name: string };

/** A picture to predict: a file, with the name that the person knows. */
export interface PredictInput {
  name: string;
  path: string;
}

/** A picture to predict that lies in no file: what a request to the prediction server brought, as it was encoded. */
export interface SentPicture {
  name: string;
  bytes: Uint8Array;
}

export type GivenPicture = PredictInput | SentPicture;

/** A picture of the project to predict. */
export interface StoredPicture {
  name: string;
  hash: string;
}

/** What goes into a model and what comes out. */
export interface ModelSignature {
  name: string;
  /** In the order of the logits. */
  classes: string[];
  input: Graph['input'];
}

/** A picture that an import or a sample put into `images/`, or refers to, ready for the database. */
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
  /** Null where nobody has measured it yet; it is then done later. */
  measures?: PictureMeasures | null;
  /** Only where the project does not have the picture yet. */
  marks?: PictureMarks;
  /** The absolute path of its file, where that stays the only one. */
  reference?: string;
}

/** What is known of a picture besides its pixels; `takenAt` in ms since 1970, null where the file does not say. */
export type PictureMeasures = Measures & { takenAt: number | null };

export type MeasuredPicture = PictureMeasures & { imageId: number };

/** What a run takes a picture for. `predicted` is an index into its classes; `loss` null without a label it knows. */
export interface Suggestion {
  imageId: number;
  predicted: number;
  confidence: number;
  loss: number | null;
}

export interface SkippedFile {
  path: string;
  reason: string;
}

/** A picture's file where it lies, so that another process can read it; `path` is what errors call it. */
export type PictureFile =
  { kind: 'disk'; path: string } | { kind: 'zipped'; path: string; archive: string; entry: ZippedFile };

/** What the list of a zip says about a file. */
export interface ZippedFile {
  /** 0 stored, 8 deflated. */
  method: 0 | 8;
  /** Where its own header begins in the archive. */
  offset: number;
  compressedSize: number;
  size: number;
  crc32: number;
}

/**
 * What a project has when an import begins: such a picture is told by its bytes and not decoded again. Every hash with 64
 * characters, one after the other, and width, height and channels of each.
 */
export interface KnownPictures {
  hashes: string;
  shapes: Uint32Array;
}

export interface DecodeRequest {
  projectPath: string;
  files: PictureFile[];
  /** A picture whose original lies in the project is not decoded, only told of by its hash. */
  skipStored?: boolean;
  /** No original is written, only its thumbnail. */
  inPlace?: boolean;
}

/** What became of a picture file: its original and its thumbnail are in the project's folder, or the reason why not. */
export type DecodedFile =
  | Pick<NewImage, 'hash' | 'width' | 'height' | 'channels' | 'bytes' | 'measures'>
  | { hash: string; bytes: number; stored: true }
  | { reason: string };

/** What a task gives when it ends well. */
export interface TaskResults {
  inspect: ImportPreview;
  /** `exported`: of a folder that Tessera has exported, the order of its classes. */
  import: { classes: string[]; exported?: { classes: PortableClass[] } };
  sample: { classes: string[] };
  benchmark: { speeds: Speeds };
  rehearse: Omit<Rehearsal, 'key' | 'model' | 'imageSize' | 'batch'>;
  /** What it did it has reported, file by file. */
  decode: { files: number };
  render: { path: string };
  measure: { images: number };
  suggest: { images: number };
  augment: AugmentedPicture[];
  train: {
    bestEpoch: number;
    bestValAccuracy: number | null;
    testAccuracy: number | null;
    seconds: number;
    /** SHA-256 of the weights at the end, in hex; of a run that has halted there is none. */
    weightHash?: string;
    /** It was to halt on its way to its end. */
    isHalted?: true;
  };
  findRate: RateSearchResult;
  evaluate: { evaluation: Omit<Evaluation, 'runId' | 'split'>; images: JudgedImage[] };
  predict: Prediction[];
  logits: { outputs: number[][] };
  predictWithFile: Prediction[];
  logitsOfFile: { outputs: number[][] };
  describeFile: ModelSignature;
  bringModel: BroughtModel;
  inspectModel: Omit<ModelPreview, 'name' | 'file'>;
  exportData: { path: string; images: number; bytes: number; skipped: SkippedFile[] };
  /** `hashes` of what lies in the project now; `bytes` that were copied. */
  bringIn: { hashes: string[]; bytes: number; skipped: SkippedFile[] };
  /** Where they are now; `missing` is how many were found nowhere. */
  findOriginals: { found: { hash: string; path: string }[]; missing: number };
  predictFolder: FolderAnswers;
  export: {
    path: string;
    bytes: number;
    /** All files that were written, the model first. */
    files: string[];
    parity: Parity;
    parts: (Parity & { file: string })[];
    quantisation?: Quantisation;
  };
}

/** What a running task reports; what it throws fails the task. `onImages` is acknowledged to the worker when it returns. */
export interface TaskListener {
  onStart?(): void;
  onProgress?(done: number, total: number | null, detail: string): void;
  onImages?(images: NewImage[], skipped: SkippedFile[]): void;
  /** Some files of a decode task, by their place in it. */
  onDecoded?(files: (readonly [place: number, file: DecodedFile])[]): void;
  onMeasured?(measured: MeasuredPicture[]): void;
  onSuggestions?(suggestions: Suggestion[]): void;
  onMetrics?(points: Metric[]): void;
  onHappened?(happening: RunHappening): void;
  /** What a run is to go by in an epoch; it is answered so again after the run was killed. Left out: by its plan. */
  onData?(epoch: number): DataOfEpoch;
  onCheckpoint?(epoch: number, best: boolean): void;
}

export interface TaskHandle<K extends TaskKind> {
  /** Rejects with `TesseraError`: `cancelled`, `workerStopped` when the process died, or the task's own error. */
  readonly result: Promise<TaskResults[K]>;
  cancel(): void;
  /** A training ends at its next checkpoint with `paused`; anything else takes no notice. */
  pause(): void;
}

/**
 * Runs tasks in worker processes; implemented by `jobs/supervisor`. Two lanes: one heavy task at a time (import,
 * sample, measure, suggest, train, findRate, benchmark, rehearse, predictFolder, export), and beside it the interactive ones (inspect, render, augment, predict, logits, evaluate, and
 * those of a model's file).
 */
export interface TaskRunner extends AsyncDisposable {
  run<K extends TaskKind>(task: Extract<Task, { kind: K }>, listener?: TaskListener): TaskHandle<K>;
  /** What the engine in the worker is; resolves once a worker is up. */
  engine(): Promise<{ isa: string; threads: number; build: string }>;
}
