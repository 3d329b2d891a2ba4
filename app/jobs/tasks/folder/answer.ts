import { z } from 'zod';
import { argmax } from '../../../core/evaluation/softmax.ts';

/** What is known of one file of a folder: a line of the journal. */
export const answer = z.object({
  /** Where it lies; `file` is the name that the person knows. */
  path: z.string(),
  file: z.string(),
  /** Size and time of change: another one means another picture. */
  stamp: z.string(),
  /** In the order of the classes; absent where the file could not be read. */
  scores: z.array(z.number()).optional(),
  problem: z.string().optional(),
  /** Where its copy lies among the sorted ones, relative, with forward slashes. */
  copy: z.string().optional(),
});
export type Answer = z.infer<typeof answer>;

export interface Verdict {
  /** Null where the model is not sure enough. */
  label: string | null;
  confidence: number;
}

/** The likeliest class and its probability; no label below the threshold. */
export function verdictOf(scores: readonly number[], classes: readonly string[], threshold: number): Verdict {
  const best = argmax(scores);
  const confidence = scores[best] ?? 0;
  return { label: confidence < threshold ? null : (classes[best] ?? null), confidence };
}
