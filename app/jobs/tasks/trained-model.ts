import { TesseraError } from '../../contract/index.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import type { NetworkApi, Tensor } from '../../engine/types.ts';
import { checkpointFile, type WhichCheckpoint } from '../../storage/files.ts';
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
 * A run's plan and the parameters of its best checkpoint. Throws `runNotFound`, `runHasNoCheckpoint`, and
 * `fileMalformed` for a damaged file.
 */
export async function loadTrainedModel(projectPath: string, runId: string): Promise<TrainedModel> {
  const plan = await readPlan(projectPath, runId);
  const read = (which: WhichCheckpoint) => readCheckpoint(checkpointFile(projectPath, runId, which));
  // There is no best one before the first epoch is done.
  const checkpoint = (await read('best')) ?? (await read('last')) ?? (await read('previous'));
  if (checkpoint === null) throw new TesseraError('runHasNoCheckpoint', { run: runId });
  const tensors = answeringParameters(checkpoint);
  return {
    plan,
    tensors,
    network: ({ maxBatch } = {}) => trainedNetwork({ ...plan, tensors }, plan.settings, maxBatch),
  };
}
