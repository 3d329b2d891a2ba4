import { z } from 'zod';
import { imageId, split } from './dataset.ts';
import { runId } from './training.ts';

/** How a run does on one split. */
export const evaluation = z.object({
  runId,
  split,
  images: z.int(),
  accuracy: z.number(),
  macroF1: z.number(),
  loss: z.number(),
  /** What the logits were divided by, so that shares mean what they say; 1: nothing was fitted. */
  temperature: z.number().default(1),
  classes: z.array(z.string()),
  /** Rows true, columns predicted, in the order of `classes`. */
  confusion: z.array(z.array(z.int())),
  perClass: z.array(
    z.object({
      name: z.string(),
      precision: z.number(),
      recall: z.number(),
      f1: z.number(),
      support: z.int(),
    }),
  ),
});
export type Evaluation = z.infer<typeof evaluation>;

/** One evaluated picture: its true and predicted class (indices into `Evaluation.classes`). */
export const judgedImage = z.object({
  imageId,
  name: z.string(),
  truth: z.int(),
  predicted: z.int(),
  confidence: z.number(),
  loss: z.number(),
});
export type JudgedImage = z.infer<typeof judgedImage>;

/** The answer for one picture; `scores` in the order of the run's classes, adding up to 1. */
export const prediction = z.object({
  input: z.string(),
  label: z.string(),
  confidence: z.number(),
  scores: z.array(z.object({ name: z.string(), score: z.number() })),
});
export type Prediction = z.infer<typeof prediction>;

/**
 * `onnx-int8`: the ONNX file with weights and values of 8 bits. `bundle`: a zip of `onnx` and `safetensors`, with their
 * description, golden pictures, a model card and examples.
 */
export const exportFormat = z.enum(['onnx', 'onnx-int8', 'safetensors', 'bundle']);
export type ExportFormat = z.infer<typeof exportFormat>;

/** How far the logits of a written model lie from our own; up to `tolerance` it is the same model. */
export const parity = z.object({
  maxAbsDiff: z.number(),
  tolerance: z.number(),
  images: z.int(),
  judge: z.string(),
});
export type Parity = z.infer<typeof parity>;

/** A quantised model beside the float one that it was made of, both run by the same judge on the same pictures. */
export const quantisation = z.object({
  /** Whose pictures; the training ones where no others are labeled. */
  split,
  images: z.int(),
  float: z.object({ accuracy: z.number(), bytes: z.int() }),
  int8: z.object({ accuracy: z.number(), bytes: z.int() }),
  /** Pictures that both take for the same class. */
  agreeing: z.int(),
  /** Training pictures on which the ranges of values were measured, and the share that may lie outside at each end. */
  calibration: z.object({ images: z.int(), outside: z.number() }),
});
export type Quantisation = z.infer<typeof quantisation>;

export const exportResult = z.object({
  path: z.string(),
  bytes: z.number(),
  /** The written file, run by `judge` on real pictures of the project, against our own forward pass; of several the furthest. */
  parity,
  /** The models in a bundle, each with what judged it. */
  parts: z.array(parity.extend({ file: z.string() })),
  /** Of `onnx-int8`; `parity` is then that of the float model. */
  quantisation: quantisation.optional(),
  /** `/downloads/…` for hosts whose person cannot see the file system. */
  downloads: z.array(z.object({ name: z.string(), url: z.string() })),
});
export type ExportResult = z.infer<typeof exportResult>;

/** What a model is for, what it learned from and how well it does: Markdown, for whoever gets it. */
export const modelCard = z.object({
  text: z.string(),
  /** False: as it is made from the run, and made anew whenever that has changed. */
  isEdited: z.boolean(),
});
export type ModelCard = z.infer<typeof modelCard>;
