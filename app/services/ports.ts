/**
 * What the services need from the outside, as interfaces: the composition root hands in `storage` and `jobs`,
 * tests may hand in anything that satisfies these.
 */
import type {
  BroughtModel,
  CheckpointInfo,
  ClassInfo,
  CurveRange,
  Curves,
  DamageReport,
  DatasetSummary,
  DatasetVersion,
  DiskUse,
  Evaluation,
  ImageDetails,
  ImageFilter,
  ImageGroup,
  ImageRow,
  JournalEntry,
  JudgedImage,
  LayersPoint,
  Metric,
  OwnModel,
  QualityReport,
  ReadOnlyReason,
  Run,
  RunEvent,
  RunHappening,
  SalvageReport,
  SavedView,
  SnapshotDifference,
  SnapshotInfo,
  SnapshotReason,
  Split,
  SplitRatios,
  VersionComparison,
  WhichCheckpoints,
} from '../contract/index.ts';
import type { PortableClass, PortableData } from '../core/dataset/portable.ts';
import type { DataInForce } from '../core/training/data-in-force.ts';
import type { SweepRecord, TrialRecord } from '../core/sweep/record.ts';
import type { ManifestEntry, TrainPlan } from '../core/training/plan.ts';
import type {
  KnownPictures,
  MeasuredPicture,
  NewImage,
  ReferencedPicture,
  References,
  SkippedFile,
  Suggestion,
} from '../core/tasks.ts';

import type { AskedModel } from './asked-model.ts';

export type { TaskHandle, TaskListener, TaskRunner } from '../core/tasks.ts';

/** One open project: its database and its folder. Every method is one transaction; only snapshots take their time. */
export interface ProjectStore extends Disposable {
  readonly id: string;
  readonly path: string;
  name(): string;
  rename(name: string): void;

  // durability
  /** Why nothing can be changed, or null; every change then throws, saying why. */
  readonly readOnly: ReadOnlyReason | null;
  /** Its folder is gone or another one: what is open reaches nobody. */
  isLost(): boolean;
  /** Another number after every change of this process. */
  changes(): number;
  /** Another number after every change of another process. */
  dataVersion(): number;
  isImporting(): boolean;
  /** Null where nothing has changed since the newest one. */
  takeSnapshot(reason: SnapshotReason): Promise<SnapshotInfo | null>;
  snapshots(): Promise<SnapshotInfo[]>;
  snapshotDifference(name: string): Promise<SnapshotDifference>;
  /** Gives the name of the snapshot that keeps what was there before. */
  restoreSnapshot(name: string): Promise<{ before: string }>;

  // pictures
  /** Starts an import; what it adds can be taken back as a whole with `rollbackImport`. */
  beginImport(): number;
  /** Joins exact duplicates (same hash); classes that are new are created in order of appearance. */
  addImages(
    importId: number,
    images: NewImage[],
    skipped: SkippedFile[],
  ): { added: number; duplicates: number };
  /** After a cancelled or failed import: its pictures and the classes that only it made are gone. */
  rollbackImport(importId: number): void;
  /**
   * After a finished one; also gives `train`/`val`/`test` to labeled pictures without a split. Not so for what Tessera has
   * `exported`: that keeps its splits as they are, and its classes stand in their order and look as they did.
   */
  finishImport(importId: number, exported?: { classes: PortableClass[] }): void;
  /** The living pictures, for an import that need not decode them again; undefined where there are none. */
  knownPictures(): KnownPictures | undefined;
  /** Originals that stay where they are, by hash; undefined where there are none. */
  references(): References | undefined;
  /** Of the living pictures. */
  referencedPictures(): ReferencedPicture[];
  /** The hashes of those of these pictures whose original lies elsewhere. */
  referencedHashes(imageIds: readonly number[]): string[];
  /** They are in the project now. */
  forgetReferences(hashes: readonly string[]): void;
  /** They lie there now. */
  moveReferences(found: readonly { hash: string; path: string }[]): void;
  summary(): DatasetSummary;
  images(filter: ImageFilter, offset: number, limit: number): { total: number; images: ImageRow[] };
  imageIds(filter: ImageFilter): number[];
  /** In the order of the pictures; empty without a `group` in the filter. */
  groups(filter: ImageFilter): ImageGroup[];
  details(imageId: number): StoredDetails;
  quality(): QualityReport;
  /** Every living picture that is not excluded, by id. */
  pictureContents(options: {
    skipTest: boolean;
  }): { imageId: number; hash: string; classId: number | null }[];
  unmeasured(): { imageId: number; hash: string }[];
  addMeasures(measured: readonly MeasuredPicture[]): void;
  /** Compares all pictures by what was measured; an import does that when it is finished. */
  findTwins(): void;
  /** The hash of a picture's original, or null. */
  imageHash(imageId: number): string | null;
  mosaic(count: number): number[];
  assignSplits(ratios: SplitRatios, seed: number, keep: boolean): void;
  moveToSplit(imageIds: number[], split: Split | null): void;
  deleteImages(imageIds: number[]): void;
  exclude(imageIds: number[], excluded: boolean): void;
  setNote(imageId: number, note: string): void;
  tag(imageIds: number[], tag: string, add: boolean): number;
  testLocked(): boolean;
  lockTest(locked: boolean): void;
  views(): SavedView[];
  saveView(name: string, filter: ImageFilter): SavedView[];
  removeView(viewId: number): SavedView[];
  versions(): DatasetVersion[];
  saveVersion(name: string): DatasetVersion;
  removeVersion(versionId: number): void;
  compareVersions(from: number, to: number | null): VersionComparison;
  /** From what a run learned from to what there is now, in these splits alone. */
  compareWithNow(
    before: { classes: string[]; entries: ManifestEntry[] },
    splits: readonly Split[],
  ): VersionComparison;
  /**
   * Every labeled picture with a split, ordered by id, with `classIndex` into `classes` (by position; only those
   * that have such pictures).
   */
  manifest(): { classes: string[]; entries: (ManifestEntry & { name: string })[] };
  // watched folders
  watchedFolders(): { id: number; path: string; files: number }[];
  watchFolder(path: string): void;
  unwatchFolder(folderId: number): void;
  /** Every file of a watched folder that was looked at, by path: its size and time of change. */
  seenFiles(folderId: number): Map<string, string>;
  rememberFiles(folderId: number, files: ReadonlyMap<string, string>): void;

  /** Everything, for an export. */
  portableData(): PortableData;
  /** 1 when every picture is grey, else 3. */
  channels(): 1 | 3;

  // labels
  classes(): ClassInfo[];
  createClass(name: string, isNone?: boolean): ClassInfo;
  renameClass(classId: number, name: string): ClassInfo;
  changeClass(
    classId: number,
    change: {
      color?: number | undefined;
      description?: string | undefined;
      key?: string | null | undefined;
    },
  ): ClassInfo;
  reorderClasses(classIds: number[]): ClassInfo[];
  /** Both give the number of pictures changed. */
  mergeClasses(classId: number, into: number): number;
  deleteClass(classId: number): number;
  label(imageIds: number[], classId: number | null): number;
  acceptSuggestions(imageIds: number[]): number;
  /** What a run takes pictures for; indices into `classes`, the run's. */
  savePredictions(runId: string, classes: readonly string[], given: readonly Suggestion[]): void;
  undo(): JournalEntry;
  redo(): JournalEntry;
  history(limit: number): JournalEntry[];

  // models that were brought in
  /** The newest first. */
  broughtModels(): BroughtModel[];
  /** Throws `broughtModelNotFound`, and `fileMalformed` for one that was damaged. */
  broughtModel(modelId: string): BroughtModel;
  changeBroughtModel(model: BroughtModel): void;
  removeBroughtModel(modelId: string): void;

  // networks that were made in the project
  /** The last changed first. */
  ownModels(): OwnModel[];
  /** Throws `ownModelNotFound`, and `fileMalformed` for one that was damaged. */
  ownModel(modelId: string): OwnModel;
  keepOwnModel(model: OwnModel): void;
  removeOwnModel(modelId: string): void;

  // runs
  plan(runId: string): TrainPlan;
  layers(runId: string): LayersPoint[];
  checkpoints(runId: string): CheckpointInfo[];
  addRun(run: Run, plan: TrainPlan): void;
  updateRun(runId: string, change: Partial<Run>): Run;
  run(runId: string): Run;
  runs(): Run[];
  removeRun(runId: string): void;
  disk(): DiskUse;
  /** The files alone; nobody may train the run meanwhile. */
  removeCheckpointFiles(runId: string, which: WhichCheckpoints): void;
  /** The runs that wait to be trained, those that are paused too, in their order. */
  waitingRuns(): string[];
  keepWaitingRuns(runIds: readonly string[]): void;
  /** Points that begin at a `seq` already stored replace everything from there on: a resumed run repeats steps. */
  addMetrics(runId: string, points: Metric[]): void;
  metrics(runId: string, after: number): Metric[];
  /** Averaged down to at most `count` step points. */
  curves(runId: string, count: number, range?: CurveRange): Curves;
  /** Where the last point of the curves is; nowhere yet: 0. */
  whereRunStands(runId: string): Pick<RunEvent, 'step' | 'epoch' | 'time'>;
  /** What training itself comes to takes the place of the same at the same step. */
  addRunEvent(runId: string, happening: RunHappening, at: number): RunEvent;
  /** In the order in which they happened. */
  runEvents(runId: string): RunEvent[];
  /** Data other than the plan's, by the epoch, from 0, that it was first in force in. */
  runData(runId: string): { fromEpoch: number; data: DataInForce | null }[];
  /** What was answered for an epoch; undefined where nobody asked. */
  dataOfEpoch(runId: string, epoch: number): DataInForce | null | undefined;
  keepDataOfEpoch(runId: string, epoch: number, data: DataInForce | null): void;

  // sweeps
  addSweep(record: SweepRecord): void;
  /** Throws `sweepNotFound`. */
  sweep(sweepId: string): SweepRecord;
  /** The newest first. */
  sweeps(): SweepRecord[];
  updateSweep(sweepId: string, change: Partial<Pick<SweepRecord, 'wish' | 'spec'>>): void;
  updateTrial(
    sweepId: string,
    number: number,
    change: Partial<Pick<TrialRecord, 'epoch' | 'score' | 'over' | 'seconds' | 'error'>>,
  ): void;
  promoteTrials(sweepId: string, numbers: readonly number[], until: number): void;
  /** The run and its trial know of each other, or there is no run. */
  addTrialRun(sweepId: string, number: number, run: Run, plan: TrainPlan): void;
  removeSweep(sweepId: string): void;

  saveEvaluation(evaluation: Evaluation, images: JudgedImage[]): void;
  evaluation(runId: string, split: Split): Evaluation | null;
  judgedImages(
    runId: string,
    split: Split,
    cell: { truth?: number | undefined; predicted?: number | undefined; mistakesOnly: boolean },
    offset: number,
    limit: number,
  ): { total: number; images: JudgedImage[] };
}

/** What the database knows of a picture; what has become of a file elsewhere it does not. */
export type StoredDetails = Omit<ImageDetails, 'original'> & { reference: ReferencedPicture | null };

/** Opens and creates projects; implemented by `storage`. */
export interface ProjectStores {
  create(path: string, name: string): ProjectStore;
  open(path: string): ProjectStore;
  openReadOnly(path: string, reason: ReadOnlyReason): ProjectStore;
  /** Of one that `open` calls damaged. */
  examine(path: string): Promise<DamageReport>;
  /** Builds it anew; gives the paths of the originals that nothing knows any more. */
  salvage(path: string, snapshot: string | null): { report: SalvageReport; unknown: string[] };
}

/** Where a project's files lie, and the one safe way to write a small file; implemented by `storage/files`. */
export interface ProjectFiles {
  imageFile(projectPath: string, hash: string): string;
  thumbnailFile(projectPath: string, hash: string): string;
  renderedFile(projectPath: string, hash: string): string;
  exportsFolder(projectPath: string): string;
  modelCardFile(projectPath: string, runId: string): string;
  writeFileAtomic(path: string, data: string | Uint8Array): Promise<void>;
}

/** A prediction server that runs. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  counts(): { requests: number; refused: number; pictures: number };
}

/** Starts a prediction server on 127.0.0.1; hosts have it. Throws `portTaken`. */
export type ServeModel = (options: {
  model: AskedModel;
  /** 0: a free one. */
  port: number;
  threshold: number;
  /** Tessera's. */
  version: string;
  /** Somebody was answered or refused. */
  onRequest(): void;
}) => Promise<RunningServer>;
