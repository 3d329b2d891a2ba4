import { z } from 'zod';

export const split = z.enum(['train', 'val', 'test']);
export type Split = z.infer<typeof split>;

export const imageId = z.int().positive();
export const classId = z.int().positive();

/** A class of the project. `position` gives its order everywhere. */
export const classInfo = z.object({
  id: classId,
  name: z.string(),
  /** Index into the palette of twelve. */
  color: z.int().min(0).max(11),
  position: z.int(),
  /** What gives it: the one that the person chose, else the next of 1–9, 0 and the letters that is free; null for none. */
  key: z.string().nullable(),
  /** What belongs into it, in the person's words. */
  description: z.string(),
  /** "None of these": what the network shall learn to leave alone. */
  isNone: z.boolean(),
  total: z.int(),
  train: z.int(),
  val: z.int(),
  test: z.int(),
});
export type ClassInfo = z.infer<typeof classInfo>;

/** One picture of the project. */
export const imageRow = z.object({
  id: imageId,
  /** The name that the person knows, with its relative path. */
  name: z.string(),
  classId: classId.nullable(),
  split: split.nullable(),
  width: z.int(),
  height: z.int(),
  /** 1 for grey, 3 for colour. */
  channels: z.int(),
  /** Stays in the project, but no network trains on it or is judged by it. */
  excluded: z.boolean(),
  note: z.string(),
  tags: z.array(z.string()),
  /** What the newest model that looked at it takes it for, and how sure it is, 0…1. */
  predicted: classId.nullable(),
  confidence: z.number().nullable(),
  /** Its original lies outside of the project. */
  isReferenced: z.boolean(),
});
export type ImageRow = z.infer<typeof imageRow>;

/** What may be wrong with a picture; measured, or found by comparing it with the others. */
export const pictureProblem = z.enum([
  'duplicate',
  'exactDuplicate',
  'labelConflict',
  'blurry',
  'dark',
  'bright',
  'tiny',
  'oddAspect',
]);
export type PictureProblem = z.infer<typeof pictureProblem>;

/** `teaches`: what a model is least sure of first, and unlike what came just before. */
export const imageSort = z.enum([
  'added',
  'name',
  'date',
  'size',
  'brightness',
  'sharpness',
  'uncertainty',
  'loss',
  'teaches',
]);
export type ImageSort = z.infer<typeof imageSort>;

export const imageGrouping = z.enum(['class', 'split', 'import', 'day', 'duplicates']);
export type ImageGrouping = z.infer<typeof imageGrouping>;

/** Which pictures a grid shows, and in which order; all conditions must hold. */
export const imageFilter = z.object({
  /** `null` stands for pictures without a label. */
  classId: classId.nullable().optional(),
  split: split.nullable().optional(),
  /** Case-insensitive part of the name. */
  search: z.string().optional(),
  problem: pictureProblem.optional(),
  /** The newest model takes it for something else than its label. */
  disagrees: z.boolean().optional(),
  /** Without a label, and the newest model is at least so sure of one. */
  suggestedAbove: z.number().min(0).max(1).optional(),
  excluded: z.boolean().optional(),
  /** Has a note. */
  noted: z.boolean().optional(),
  tag: z.string().optional(),
  importId: z.int().optional(),
  /** Its original lies outside of the project. */
  referenced: z.boolean().optional(),
  /** Only these pictures (a confusion cell, a list of mistakes), in this order unless `sort` gives another. */
  ids: z.array(imageId).optional(),
  /** `added` unless given. Pictures of which nothing is known in that respect come last. */
  sort: imageSort.optional(),
  descending: z.boolean().optional(),
  /** Pictures of one group stand together. */
  group: imageGrouping.optional(),
});
export type ImageFilter = z.infer<typeof imageFilter>;

/** One group of a filter that asks for groups, in the order in which they stand. */
export const imageGroup = z.object({
  /** The class's id, the split, the import's id, a day as `2026-11-25`, or the first picture of a group of duplicates; empty for none. */
  key: z.string(),
  /** For people where the key is not: the class's name, when the import began (ms). */
  name: z.string(),
  count: z.int(),
});
export type ImageGroup = z.infer<typeof imageGroup>;

/** A filter with its order that a person keeps under a name. */
export const savedView = z.object({ id: z.int(), name: z.string(), filter: imageFilter });
export type SavedView = z.infer<typeof savedView>;

/** What is known of the quality of the pictures: how many are affected by what. */
export const qualityReport = z.object({
  images: z.int(),
  problems: z.record(pictureProblem, z.int()),
  /** Groups of near duplicates. */
  duplicateGroups: z.int(),
  /** Files that no import could read. */
  corrupt: z.int(),
  /** Pictures that were not measured yet. */
  unmeasured: z.int(),
  excluded: z.int(),
  disagreements: z.int(),
});
export type QualityReport = z.infer<typeof qualityReport>;

/** What has become of an original outside of the project; `changed`: another file lies in its place. */
export const originalState = z.enum(['there', 'gone', 'changed', 'unreadable']);
export type OriginalState = z.infer<typeof originalState>;

/** Which originals outside of the project are not what they were, told by their length, without reading them. */
export const originalsReport = z.object({
  referenced: z.int(),
  /** Pictures whose original is not there, by id. */
  missing: z.array(imageId),
  /** Folders in which they lay, those with most of them first, at most ten. */
  folders: z.array(z.object({ path: z.string(), count: z.int() })),
});
export type OriginalsReport = z.infer<typeof originalsReport>;

/** Everything about one picture that its row leaves out. */
export const imageDetails = z.object({
  id: imageId,
  bytes: z.int(),
  brightness: z.number().nullable(),
  sharpness: z.number().nullable(),
  /** When it was taken, or else came into the project, ms since 1970. */
  date: z.number(),
  isTaken: z.boolean(),
  loss: z.number().nullable(),
  /** Other names under which the same file arrived. */
  otherNames: z.array(z.string()),
  /** Pictures that show nearly the same. */
  twins: z.array(imageId),
  /** Where its original lies outside of the project; null where the project has it itself. */
  original: z.object({ path: z.string(), state: originalState }).nullable(),
});
export type ImageDetails = z.infer<typeof imageDetails>;

/** A frozen manifest: which pictures, with which labels, in which split. */
export const datasetVersion = z.object({
  id: z.int(),
  name: z.string(),
  createdAt: z.number(),
  /** SHA-256 of the manifest; a run that trained on it has the same `dataHash`. */
  hash: z.string(),
  classes: z.array(z.string()),
  train: z.int(),
  val: z.int(),
  test: z.int(),
});
export type DatasetVersion = z.infer<typeof datasetVersion>;

/** From one version to another; pictures by the name that the person knows, at most a hundred of each kind. */
export const versionComparison = z.object({
  added: z.object({ count: z.int(), imageIds: z.array(imageId), names: z.array(z.string()) }),
  /** `imageIds`: those that are still in the project, without a label or a split, or excluded. */
  removed: z.object({ count: z.int(), imageIds: z.array(imageId), names: z.array(z.string()) }),
  relabeled: z.object({
    count: z.int(),
    imageIds: z.array(imageId),
    changes: z.array(z.object({ name: z.string(), before: z.string(), after: z.string() })),
  }),
  moved: z.object({
    count: z.int(),
    imageIds: z.array(imageId),
    changes: z.array(z.object({ name: z.string(), before: split, after: split })),
  }),
});
export type VersionComparison = z.infer<typeof versionComparison>;

export const datasetSummary = z.object({
  images: z.int(),
  labeled: z.int(),
  unlabeled: z.int(),
  train: z.int(),
  val: z.int(),
  test: z.int(),
  unassigned: z.int(),
  /** Files that imports could not take, newest first, at most a hundred; `problemCount` counts all. */
  problems: z.array(z.object({ path: z.string(), reason: z.string() })),
  problemCount: z.int(),
  canUndo: z.boolean(),
  canRedo: z.boolean(),
  excluded: z.int(),
  /** Whose original lies outside of the project. */
  referenced: z.int(),
  /** Nothing but a final evaluation may touch the test pictures. */
  testLocked: z.boolean(),
  /** Every tag that a picture has, by name. */
  tags: z.array(z.object({ name: z.string(), count: z.int() })),
  /** The run whose predictions the pictures carry. */
  predictedBy: z.string().nullable(),
});
export type DatasetSummary = z.infer<typeof datasetSummary>;

export const importLayout = z.enum(['auto', 'folders', 'csv', 'idx', 'cifar', 'npz', 'zip']);
export type ImportLayout = z.infer<typeof importLayout>;

/** Where pictures come from: paths on this computer, or an upload of the browser host. */
export const importSource = z.union([
  z.object({ paths: z.array(z.string().min(1)).min(1) }),
  z.object({ uploadId: z.string().min(1) }),
]);
export type ImportSource = z.infer<typeof importSource>;

/** Which columns of a list of pictures are what, by their names; null where there is none for that. */
export const columnChoice = z.object({
  file: z.string().min(1),
  label: z.string().min(1).nullable(),
  split: z.string().min(1).nullable(),
});
export type ColumnChoice = z.infer<typeof columnChoice>;

/** The same where a person names only some; the rest is understood. */
export const columnWishes = columnChoice.partial();
export type ColumnWishes = z.infer<typeof columnWishes>;

/** The columns that a list has, and which of them were taken for what. */
export const listColumns = z.object({ names: z.array(z.string()), chosen: columnChoice });
export type ListColumns = z.infer<typeof listColumns>;

/** What was understood of a source, before anything is committed. */
export const importPreview = z.object({
  layout: importLayout.exclude(['auto']),
  /** Of a list that says something about the pictures; null where there is none, or where it is one of Tessera's own. */
  columns: listColumns.nullable(),
  images: z.int(),
  classes: z.array(z.object({ name: z.string(), count: z.int() })),
  splits: z.object({ train: z.int(), val: z.int(), test: z.int(), none: z.int() }),
  /** A few pictures, each as a small data URL (the one place where pixels travel: nothing is stored yet). */
  samples: z.array(z.object({ name: z.string(), className: z.string().nullable(), dataUrl: z.string() })),
  problems: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type ImportPreview = z.infer<typeof importPreview>;

/** What an import did. */
export const importResult = z.object({
  added: z.int(),
  duplicates: z.int(),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  classes: z.array(z.string()),
});
export type ImportResult = z.infer<typeof importResult>;

/** What became of the pictures that a project only referred to. */
export const bringInResult = z.object({
  /** That lie in the project now. */
  images: z.int(),
  /** That were copied. */
  bytes: z.int(),
  /** Files that are gone or changed; the project still refers to them. */
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type BringInResult = z.infer<typeof bringInResult>;

/** What a search for originals that were not there any more has found. */
export const foundOriginals = z.object({ found: z.int(), missing: z.int() });
export type FoundOriginals = z.infer<typeof foundOriginals>;

/** A folder whose new pictures are taken in by themselves while the project is open. */
export const watchedFolder = z.object({
  id: z.int(),
  path: z.string(),
  /** Files that were looked at. */
  files: z.int(),
  /** False while it is not there: its disk may be away. */
  available: z.boolean(),
});
export type WatchedFolder = z.infer<typeof watchedFolder>;

/** What an export of the pictures left: folders with `manifest.csv`. */
export const dataExportResult = z.object({
  path: z.string(),
  images: z.int(),
  bytes: z.int(),
  /** Pictures whose original is gone or was changed. */
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type DataExportResult = z.infer<typeof dataExportResult>;

/** Shares of train, val and test; they add up to 1. */
export const splitRatios = z
  .object({ train: z.number().min(0), val: z.number().min(0), test: z.number().min(0) })
  .refine((r) => Math.abs(r.train + r.val + r.test - 1) < 1e-6, 'the three shares must add up to 1');
export type SplitRatios = z.infer<typeof splitRatios>;

/** One entry of the label journal, as the history shows it. */
export const journalEntry = z.object({
  id: z.int(),
  at: z.number(),
  /** Pictures touched. */
  images: z.int(),
  kind: z.enum([
    'label',
    'acceptSuggestions',
    'split',
    'deleteImages',
    'exclude',
    'note',
    'tags',
    'createClass',
    'renameClass',
    'changeClass',
    'reorderClasses',
    'mergeClasses',
    'deleteClass',
  ]),
  /** The class that was given, for `label`; its old and new name, for `renameClass`; the tag or the class it is about. */
  summary: z.string(),
  undone: z.boolean(),
});
export type JournalEntry = z.infer<typeof journalEntry>;
