import { z } from 'zod';

export const split = z.enum(['train', 'val', 'test']);
export type Split = z.infer<typeof split>;

export const imageId = z.int().positive();
export const classId = z.int().positive();

/** A class of the project. `position` gives its order everywhere and its key (1–9, 0, then letters). */
export const classInfo = z.object({
  id: classId,
  name: z.string(),
  /** Index into the palette of twelve. */
  color: z.int().min(0).max(11),
  position: z.int(),
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
});
export type ImageRow = z.infer<typeof imageRow>;

/** Which pictures a grid shows; all conditions must hold. */
export const imageFilter = z.object({
  /** `null` stands for pictures without a label. */
  classId: classId.nullable().optional(),
  split: split.nullable().optional(),
  /** Case-insensitive part of the name. */
  search: z.string().optional(),
  /** Only these pictures (a confusion cell, a list of mistakes), in this order. */
  ids: z.array(imageId).optional(),
});
export type ImageFilter = z.infer<typeof imageFilter>;

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
});
export type DatasetSummary = z.infer<typeof datasetSummary>;

export const importLayout = z.enum(['auto', 'folders', 'csv', 'idx', 'cifar', 'zip']);
export type ImportLayout = z.infer<typeof importLayout>;

/** Where pictures come from: paths on this computer, or an upload of the browser host. */
export const importSource = z.union([
  z.object({ paths: z.array(z.string().min(1)).min(1) }),
  z.object({ uploadId: z.string().min(1) }),
]);
export type ImportSource = z.infer<typeof importSource>;

/** What was understood of a source, before anything is committed. */
export const importPreview = z.object({
  layout: importLayout.exclude(['auto']),
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
  kind: z.enum(['label', 'split', 'createClass', 'renameClass', 'deleteImages']),
  /** The class that was given, for `label`; its old and new name, for `renameClass`. */
  summary: z.string(),
  undone: z.boolean(),
});
export type JournalEntry = z.infer<typeof journalEntry>;
