import { TesseraError } from '../../contract/index.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import type { NetworkApi, Tensor } from '../../engine/types.ts';
import { checkpointFile } from '../../storage/files.ts';
import { answeringParameters, readCheckpoint } from '../checkpoint.ts';
import { readPlan } from '../plan-file.ts';
import { trainedNetwork } from './trained-network.ts';

export interface TrainedModel {
  plan: TrainPlan;
  /** The parameters by name, `conv1.weight`. */
  tensors: Record<string, Tensor>;
  /** A network with these parameters that answers but does not learn; the caller disposes it. */
  network(options?: { maxBatch?: number }): Promise<NetworkApi>;
}

/**
 * A run's plan and the parameters of one of its checkpoints. Throws `runNotFound`, `runHasNoCheckpoint`, and
 * `fileMalformed` for a damaged file.
 */
export async function loadTrainedModel(
  projectPath: string,
  runId: string,
  which: 'best' | 'last' = 'best',
): Promise<TrainedModel> {
  const plan = await readPlan(projectPath, runId);
  const checkpoint = await readCheckpoint(checkpointFile(projectPath, runId, which));
  if (checkpoint === null) throw new TesseraError('runHasNoCheckpoint', { run: runId });
  const tensors = answeringParameters(checkpoint);
  return {
    plan,
    tensors,
    network: ({ maxBatch } = {}) => trainedNetwork({ ...plan, tensors }, plan.settings, maxBatch),
  };
}
