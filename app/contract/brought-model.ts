import { z } from 'zod';
import { architectureName, graph, modelDescription } from './model.ts';

export const broughtModelId = z.string().regex(/^m-[0-9a-f]{8,32}$/);

/**
 * What a network expects its numbers to be, where its file does not say: `imagenet` less torchvision's means, by its standard
 * deviations; `centred` −1 to 1; `unit` 0 to 1; `bytes` 0 to 255.
 */
export const preprocessingPreset = z.enum(['imagenet', 'centred', 'unit', 'bytes']);
export type PreprocessingPreset = z.infer<typeof preprocessingPreset>;

/** `own`: what the file says, or the architecture whose weights it holds. */
export const preprocessing = z.enum(['own', ...preprocessingPreset.options]);
export type Preprocessing = z.infer<typeof preprocessing>;

/** One mean and one standard deviation for each channel: value → (value/255 − mean) / std. */
const normalisation = z.object({ mean: z.array(z.number()), std: z.array(z.number()) });

/** A network that a person brought into a project, as a start for runs. Its weights lie beside it. */
export const broughtModel = z.object({
  id: broughtModelId,
  /** Of its own in the project. */
  name: z.string(),
  /** What the file was called. */
  file: z.string(),
  /** `weights`: a state dict of a known architecture; `tessera`: weights or a bundle that Tessera exported. */
  format: z.enum(['onnx', 'weights', 'tessera']),
  /** Null for a graph of its own. */
  architecture: architectureName.nullable(),
  /** As the file has it. */
  graph,
  /** The layer that names the classes; runs get one of their own. */
  classifier: z.string(),
  /** How many classes it tells apart, and their names where the file says them. */
  outputs: z.int(),
  classes: z.array(z.string()).nullable(),
  /** What the file or its architecture says; null where neither does. */
  ownNormalisation: normalisation.nullable(),
  preprocessing,
  /** Nobody has said it: it is what such networks usually take. */
  isAssumed: z.boolean(),
  parameters: z.int(),
  /** Of its weights. */
  bytes: z.int(),
  /** ms since 1970 */
  createdAt: z.number(),
});
export type BroughtModel = z.infer<typeof broughtModel>;

/** The same without its layers. */
export const broughtModelInfo = broughtModel.omit({ graph: true }).extend({
  input: graph.shape.input,
});
export type BroughtModelInfo = z.infer<typeof broughtModelInfo>;

/** What a file holds, before it is taken in. */
export const modelPreview = broughtModelInfo.omit({ id: true, bytes: true, createdAt: true }).extend({
  /** At the size and for the classes that it was made for. */
  description: modelDescription,
});
export type ModelPreview = z.infer<typeof modelPreview>;
