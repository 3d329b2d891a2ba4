import { TesseraError } from '../../contract/index.ts';
import { softened } from '../../core/evaluation/temperature.ts';
import { predictionGraph } from '../../core/model/prediction.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import type { NetworkApi, Tensor } from '../../engine/types.ts';
import { checkpointFile, type WhichCheckpoint } from '../../storage/files.ts';
import { answeringParameters, readCheckpoint } from '../checkpoint.ts';
import { readPlan } from '../plan-file.ts';
import { readTemperature } from '../temperature-file.ts';
import { trainedNetwork } from './trained-network.ts';

export interface TrainedModel {
  plan: TrainPlan;
  /** The parameters by name, `conv1.weight`, with the classifier's divided by the temperature. */
  tensors: Record<string, Tensor>;
  /** 1: as sure as it has become. */
  temperature: number;
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
  const learned = answeringParameters(checkpoint);
  const temperature = await readTemperature(projectPath, runId, checkpoint.state.step);
  const tensors = temperature === 1 ? learned : softened(predictionGraph(plan.graph), learned, temperature);
  return {
    plan,
    tensors,
    temperature,
    network: ({ maxBatch } = {}) => trainedNetwork({ ...plan, tensors }, plan.settings, maxBatch),
  };
}
