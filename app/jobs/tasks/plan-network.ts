import { fineTuned } from '../../core/training/fine-tuning.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import { Network } from '../../engine/index.ts';
import type { OptimizerStep } from '../../engine/types.ts';
import { lossOf, optimizerOf } from './training-options.ts';

interface PlanNetwork {
  /** For the caller to dispose. */
  network: Network;
  /** At the first step's learning rate. */
  optimizer: OptimizerStep;
  maxBatch: number;
}

/** The network that a plan trains, with random weights, and how it steps. Throws what `Network.compile` throws. */
export function networkOf(plan: TrainPlan): PlanNetwork {
  const { seed, threads, batchSize, clipNorm } = plan.settings;
  const { frozen, rates } = fineTuned(plan.settings, plan.graph);
  const maxBatch = Math.min(batchSize, plan.manifest.length);
  const network = Network.compile(plan.graph, {
    seed,
    threads,
    maxBatch,
    normalisation: plan.normalisation,
    keepsGradients: clipNorm !== undefined,
    ...(frozen !== undefined && { frozen }),
    ...lossOf(plan),
  });
  return {
    network,
    maxBatch,
    optimizer: { ...optimizerOf(plan.settings), ...(rates !== undefined && { rates }) },
  };
}
