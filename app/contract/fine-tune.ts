import { z } from 'zod';

/** How far a network that has learned already goes on learning, beside its classifier. */
export const fineTune = z.strictObject({
  /** How many of its last blocks learn; 0: the classifier alone. */
  blocks: z.union([z.int().min(0).max(10_000), z.literal('all')]),
  /** What each block's learning rate is of that of the part after it; 1: all learn alike. */
  decay: z.number().positive().max(1),
});
export type FineTune = z.infer<typeof fineTune>;

/** What layers near the picture see is of use for everything, so they change least. */
export const usualDecay = 0.8;
/** Enough to turn what a network sees towards other pictures, and few enough to be quick. */
export const usualBlocks = 3;

/** What a network that has learned already bears, by optimiser. */
export const gentleLearningRate = { sgd: 0.003, adam: 0.0003, adamw: 0.0003 } as const;

/** A part of a network that learns or stays as a whole: its layers with weights, by id, in their order. */
export const networkBlock = z.object({ name: z.string(), layers: z.array(z.string()), parameters: z.int() });
export type NetworkBlock = z.infer<typeof networkBlock>;
