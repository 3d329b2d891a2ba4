import { z } from 'zod';
import { bringInResult, dataExportResult, foundOriginals, importResult } from './dataset.ts';
import { exportResult } from './evaluation.ts';
import { folderAnswers } from './folder-answers.ts';
import { rateSearchResult } from './training.ts';
import { errorCodes, type ErrorCode } from './errors.ts';

export const errorReport = z.object({
  code: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  message: z.string(),
});

export const jobKind = z.enum([
  'import',
  'sample',
  'train',
  'findRate',
  'evaluate',
  'predictFolder',
  'export',
  'exportData',
  'bringIn',
  'findOriginals',
  'measure',
  'suggest',
  'benchmark',
  'rehearse',
]);
export type JobKind = z.infer<typeof jobKind>;

/** What a finished job leaves for the person. */
export const jobResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('import'), ...importResult.shape }),
  z.object({ kind: z.literal('train'), runId: z.string() }),
  z.object({ kind: z.literal('findRate'), ...rateSearchResult.shape }),
  z.object({ kind: z.literal('evaluate'), runId: z.string(), split: z.string() }),
  /** `url` is null where folders were written. */
  z.object({ kind: z.literal('predictFolder'), ...folderAnswers.shape, url: z.string().nullable() }),
  z.object({ kind: z.literal('exportData'), ...dataExportResult.shape }),
  z.object({ kind: z.literal('bringIn'), ...bringInResult.shape }),
  z.object({ kind: z.literal('findOriginals'), ...foundOriginals.shape }),
  z.object({ kind: z.literal('export'), ...exportResult.shape }),
  z.object({ kind: z.literal('benchmark') }),
  z.object({ kind: z.literal('rehearse') }),
  z.object({ kind: z.literal('measure'), images: z.int() }),
  z.object({ kind: z.literal('suggest'), runId: z.string(), images: z.int() }),
]);
export type JobResult = z.infer<typeof jobResult>;

/** A long piece of work: anything over a second is one, has progress and can be cancelled. */
export const job = z.object({
  id: z.string(),
  kind: jobKind,
  /** Empty for one that belongs to no project: a model file asked about a folder. */
  projectId: z.string(),
  title: z.string(),
  /** `paused`: it waits until it is resumed; the lane is free for others. */
  status: z.enum(['queued', 'running', 'paused', 'done', 'cancelled', 'failed']),
  /** Its place among those that wait, 0 for the next one; null for one that does not wait. */
  place: z.int().nullable(),
  /** It was asked to pause, and does so at its next checkpoint. */
  isPausing: z.boolean(),
  canPause: z.boolean(),
  /** It failed or was cancelled, and can be done once more. */
  canRetry: z.boolean(),
  /** 0…1; null while it is not known. */
  progress: z.number().nullable(),
  /** Seconds left; null while it is not known. */
  eta: z.number().nullable(),
  /** What it is doing now, e.g. `12,400 of 70,000 pictures`. */
  detail: z.string(),
  runId: z.string().nullable(),
  result: jobResult.nullable(),
  error: errorReport.nullable(),
});
export type Job = z.infer<typeof job>;

/** Waits, runs or is paused: it is not over. */
export const isUnderWay = ({ status }: Pick<Job, 'status'>): boolean =>
  status === 'queued' || status === 'running' || status === 'paused';
