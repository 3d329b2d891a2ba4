import { z } from 'zod';
import { architectureName } from './model.ts';

const rates = z.array(z.tuple([z.number(), z.number()])).min(1);

/** How fast a computer trains, by kind of layer: what the benchmark finds out. All of forward, backward and update together. */
export const speeds = z.object({
  /** By the geometric mean of a convolution's channels: products a second, counted as if by the plain method. */
  convolution3: rates,
  convolution1: rates,
  convolutionOther: rates,
  /** Of the convolution that reads the picture. */
  first: z.number(),
  /** Seconds a product. */
  depthwise: z.number(),
  /** Seconds a weight of a dense layer, and a product. */
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
});
export type Speeds = z.infer<typeof speeds>;

/** What a run will take, or a run of these settings would. */
export const forecast = z.object({
  secondsPerEpoch: z.number(),
  seconds: z.number(),
  memoryBytes: z.number(),
  diskBytes: z.number(),
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
