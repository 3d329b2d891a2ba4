import { createHash } from 'node:crypto';
import { z } from 'zod';
import { graph, split, TesseraError, trainSettings } from '../contract/index.ts';
import type { TrainPlan } from '../core/training/plan.ts';
import { planFile } from '../storage/files.ts';
import { parseOwn, readIfThere } from './own-file.ts';

const planSchema = z.object({
  version: z.literal(1),
  runId: z.string(),
  settings: trainSettings,
  graph,
  classes: z.array(z.string()),
  normalisation: z.object({ mean: z.array(z.number()), std: z.array(z.number()) }),
  manifest: z.array(z.object({ imageId: z.int(), hash: z.string(), classIndex: z.int().min(0), split })),
  dataHash: z.string(),
}) satisfies z.ZodType<TrainPlan>;

/** The frozen plan of a run. Throws `runNotFound` where there is none, `fileMalformed` when it is not a plan. */
export async function readPlan(projectPath: string, runId: string): Promise<TrainPlan> {
  const path = planFile(projectPath, runId);
  const bytes = await readIfThere(path);
  if (bytes === null) throw new TesseraError('runNotFound', { run: runId });
  return parseOwn(planSchema, new TextDecoder().decode(bytes), path, 'plan');
}

/** SHA-256 over everything that decides a run, in hex: a checkpoint belongs to exactly one plan. */
export function planHash(plan: TrainPlan): string {
  return createHash('sha256')
    .update(JSON.stringify(planSchema.parse(plan)))
    .digest('hex');
}
