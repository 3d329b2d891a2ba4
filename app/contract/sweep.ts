import { z } from 'zod';
import { augmentationPreset } from './augmentation.ts';
import { architectureName } from './model.ts';
import { optimizer, runId, trainSettings } from './training.ts';

const { imageSize, learningRate, batchSize, momentum, weightDecay, seed } = trainSettings.shape;

/** What one trial of a sweep sets otherwise than the sweep's own settings; what is left out stays as it is there. */
export const trialValues = z.strictObject({
  model: architectureName.optional(),
  imageSize: imageSize.optional(),
  optimizer: optimizer.optional(),
  learningRate: learningRate.optional(),
  batchSize: batchSize.optional(),
  momentum: momentum.optional(),
  weightDecay: weightDecay.optional(),
  /** Those that need no further number; a warm-up stays. */
  schedule: z.enum(['constant', 'cosine', 'oneCycle']).optional(),
  augment: augmentationPreset.optional(),
  labelSmoothing: z.number().min(0).max(0.9).optional(),
  /** Of every dropout layer; a network without one gets one in front of its last layer. */
  dropout: z.number().min(0).max(0.9).optional(),
  clipNorm: z.number().positive().optional(),
  averageDecay: z.number().min(0).lt(1).optional(),
  /** Shows how much of the differences is chance. */
  seed: seed.optional(),
});
export type TrialValues = z.infer<typeof trialValues>;

export const sweepSetting = trialValues.keyof();
export type SweepSetting = z.infer<typeof sweepSetting>;
export type SweepValue = string | number;

/** From one number to another, both among them. On a logarithmic scale each ratio is as likely as the other. */
export const sweepRange = z.strictObject({
  from: z.number(),
  to: z.number(),
  scale: z.enum(['linear', 'log']),
  /** How many of them a grid takes, evenly on the scale. Left out: 3. */
  steps: z.int().min(2).max(100).optional(),
});
export type SweepRange = z.infer<typeof sweepRange>;
export const sweepAxis = z.union([
  z
    .array(z.union([z.string(), z.number()]))
    .min(1)
    .max(100),
  sweepRange,
]);
export type SweepAxis = z.infer<typeof sweepAxis>;

/** For each setting that is tried out, its values or its range. */
export const sweepSpace = z.partialRecord(sweepSetting, sweepAxis);
export type SweepSpace = z.infer<typeof sweepSpace>;

export const greatestSweep = 1000;
const count = z.int().min(1).max(greatestSweep);

/**
 * Which trials are made. `grid`: every combination. `random`: so many, drawn by the seed (Bergstra and Bengio, 2012).
 * `halving`: as many are drawn and trained for `leastEpochs`; one in `eta` of them, the best, goes on to `eta` times as many
 * epochs, and so on up to the epochs of the settings (Jamieson and Talwalkar, 2016).
 */
export const sweepMethod = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('grid') }),
  z.strictObject({ kind: z.literal('random'), count, seed }),
  z.strictObject({
    kind: z.literal('halving'),
    count,
    seed,
    eta: z.int().min(2).max(10),
    leastEpochs: z.int().min(1).max(10_000),
  }),
]);
export type SweepMethod = z.infer<typeof sweepMethod>;

/** What a trial's best epoch is the best by, and the trials among each other. */
export const sweepRanking = z.enum(['valAccuracy', 'valLoss']);
export type SweepRanking = z.infer<typeof sweepRanking>;

export const sweepSpec = z.strictObject({
  /** What every trial begins with; `epochs` is how far the longest go. */
  settings: trainSettings,
  space: sweepSpace,
  method: sweepMethod,
  /** No trial begins once so many minutes were trained. Null: there is no limit. */
  minutes: z.number().positive().max(100_000).nullable(),
  rankBy: sweepRanking,
});
export type SweepSpec = z.infer<typeof sweepSpec>;

/** A trial's best epoch. */
export const trialScore = z.object({ epoch: z.int(), valAccuracy: z.number(), valLoss: z.number() });
export type TrialScore = z.infer<typeof trialScore>;

/**
 * `waiting`: it was not begun, or is to go on. `halted`: it was trained as far as it was to go, and others were better.
 * `removed`: its run was.
 */
export const trialStatus = z.enum([
  'waiting',
  'running',
  'paused',
  'halted',
  'done',
  'failed',
  'cancelled',
  'removed',
]);
export type TrialStatus = z.infer<typeof trialStatus>;

export const trial = z.object({
  /** From 1, in the order in which they were chosen. */
  number: z.int(),
  values: trialValues,
  /** Null before it has begun. */
  runId: runId.nullable(),
  status: trialStatus,
  /** Epochs finished, and to how many it may go for now. */
  epoch: z.int(),
  until: z.int(),
  /** Null before its first epoch has finished. */
  score: trialScore.nullable(),
  /** 1 for the best; null without a score. */
  rank: z.int().nullable(),
  /** For which it trained. */
  seconds: z.number(),
  error: z.string().nullable(),
});
export type Trial = z.infer<typeof trial>;

export const sweepId = z.string().min(1);

/**
 * `stopped`: it is to go on, but nothing works on it, as after a crash. `timeUsed`: what is left was not begun, because the
 * minutes were used.
 */
export const sweepStatus = z.enum(['running', 'paused', 'cancelled', 'stopped', 'timeUsed', 'done']);
export type SweepStatus = z.infer<typeof sweepStatus>;

export const sweep = z.object({
  id: sweepId,
  /** `sweep-3` */
  name: z.string(),
  spec: sweepSpec,
  status: sweepStatus,
  createdAt: z.number(),
  /** Seconds trained by all trials together. */
  seconds: z.number(),
  trials: z.array(trial),
});
export type Sweep = z.infer<typeof sweep>;

/** What a sweep comes to before it begins. */
export const sweepForecast = z.object({
  trials: z.int(),
  /** Of all trials together. */
  epochs: z.number(),
  /** Up to how many epochs how many trials go. */
  rungs: z.array(z.object({ epochs: z.int(), trials: z.int() })),
  /** Without the limit of minutes; null where this computer was not measured yet. */
  seconds: z.number().nullable(),
  /** Of all checkpoints; null likewise. */
  diskBytes: z.number().nullable(),
  /** How many trials are begun within the minutes; null without a limit, or where this computer was not measured yet. */
  withinMinutes: z.int().nullable(),
});
export type SweepForecast = z.infer<typeof sweepForecast>;
