import { z } from 'zod';
import { architectureName } from './model.ts';

const rates = z.array(z.tuple([z.number(), z.number()])).min(1);

/** A whole network that made a few steps here. */
export const timedNetwork = z.object({
  model: architectureName,
  imageSize: z.int(),
  batch: z.int(),
  /** Seconds of a training step. */
  step: z.number(),
  /** Seconds of a picture that is only predicted. */
  forward: z.number(),
});
export type TimedNetwork = z.infer<typeof timedNetwork>;

/** How fast a computer trains, by kind of layer: what the benchmark finds out. All of forward, backward and update together. */
export const speeds = z.object({
  /**
   * By the geometric mean of a convolution's channels: products a second, counted as if by the plain method, and for planes of
   * whole tiles.
   */
  convolution3: rates,
  convolution1: rates,
  convolutionOther: rates,
  /** Seconds a weight of a 3 × 3 convolution by single steps, whatever the batch. */
  convolutionWeight: z.number(),
  /** Of the convolution that reads the picture. */
  first: z.number(),
  /** Seconds a product. */
  depthwise: z.number(),
  /** Seconds a weight of all other layers: it moves once a step, whatever the batch. And a product of a dense layer. */
  denseWeight: z.number(),
  denseProduct: z.number(),
  /** Seconds a number. */
  norm: z.number(),
  pool: z.number(),
  lrn: z.number(),
  join: z.number(),
  /** Seconds of a step, whatever it does. */
  step: z.number(),
  /** Of a training step, what prediction alone takes. */
  forwardShare: z.number(),
  /** Bytes a second that are safely written. */
  disk: z.number(),
  /** Seconds a number that a layer gives, where layers are looked at after an epoch. */
  look: z.number(),
  /** To which the sum over the layers is held. */
  networks: z.array(timedNetwork),
});
export type Speeds = z.infer<typeof speeds>;

/** The parts of a run, each done here with the run's own network and settings before it began. */
export const rehearsal = z.object({
  /** Tells the network and those settings that bear on its speed. */
  key: z.string(),
  /** Null for one that is no architecture of ours. */
  model: architectureName.nullable(),
  imageSize: z.int(),
  batch: z.int(),
  /** Seconds of a training step. */
  step: z.number(),
  /** Seconds of a picture that is only predicted. */
  forward: z.number(),
  /** Seconds of one look into the layers. */
  look: z.number(),
  /** Seconds until a checkpoint is on the disk. */
  save: z.number(),
  /** Seconds of a picture that was never read at this size; null where the project has none. */
  decode: z.number().nullable(),
  /** Network and checkpoint, without pictures and what the process holds anyway, bytes. */
  memoryBytes: z.number(),
  /** Of a checkpoint. */
  checkpointBytes: z.number(),
});
export type Rehearsal = z.infer<typeof rehearsal>;

/** What a run will take, or a run of these settings would. */
export const forecast = z.object({
  secondsPerEpoch: z.number(),
  seconds: z.number(),
  memoryBytes: z.number(),
  diskBytes: z.number(),
  /** By a rehearsal of these very settings. Left out: added up of parts that other networks were measured by. */
  isRehearsed: z.literal(true).optional(),
  /** Of `seconds` the first reading of pictures that were never read at this size. Left out: not in it. */
  readingSeconds: z.number().optional(),
});
export type Forecast = z.infer<typeof forecast>;

/** An architecture at a picture size. */
export const fitRow = z.object({
  model: architectureName,
  title: z.string(),
  pictures: z.enum(['small', 'photos']),
  imageSize: z.int(),
  pretrained: z.enum(['head']).optional(),
  ...forecast.shape,
});
export type FitRow = z.infer<typeof fitRow>;

export const fitChoice = fitRow.pick({ model: true, imageSize: true, pretrained: true }).extend({
  epochs: z.int(),
});
export type FitChoice = z.infer<typeof fitChoice>;

/** What fits, on this computer, with the pictures of a project. */
export const fits = z.object({
  /** When this computer was measured, ms since 1970. */
  measuredAt: z.number(),
  /** Of the settings that were asked about; null where their network does not fit together. */
  chosen: forecast.nullable(),
  rows: z.array(fitRow),
  best: z.object({
    tenMinutes: fitChoice.nullable(),
    hour: fitChoice.nullable(),
    night: fitChoice.nullable(),
  }),
});
export type Fits = z.infer<typeof fits>;
