import type { Augmentation, TrainSettings } from '../../contract/index.ts';
import type { TrainingLength } from '../../core/training/loop.ts';
import type { TrainPlan } from '../../core/training/plan.ts';
import type { NetworkOptions, OptimizerStep } from '../../engine/types.ts';

/** Seconds between two checkpoints within an epoch, where nothing else was set. */
const usualCheckpointSeconds = 60;

/** How far a plan's run goes, in what order and at what rates. */
export function lengthOf({ settings, manifest }: TrainPlan): TrainingLength {
  const { epochs, batchSize, seed, learningRate, schedule, earlyStopping, sampling } = settings;
  const learned = manifest.filter(({ split }) => split === 'train');
  return {
    count: learned.length,
    epochs,
    batchSize,
    seed,
    learningRate,
    saveInterval: settings.checkpointSeconds ?? usualCheckpointSeconds,
    ...(schedule !== undefined && { schedule }),
    ...(earlyStopping !== undefined && { patience: earlyStopping.patience }),
    ...(sampling === 'balanced' && { balanced: learned.map(({ classIndex }) => classIndex) }),
  };
}

/** The optimiser that a person set, at the first step's learning rate. */
export function optimizerOf(settings: TrainSettings): OptimizerStep {
  const { optimizer: kind, learningRate, momentum, nesterov, weightDecay } = settings;
  const { clipNorm, averageDecay, decayWeightsOnly } = settings;
  return {
    kind,
    learningRate,
    momentum,
    nesterov,
    weightDecay,
    ...(clipNorm !== undefined && { clipNorm }),
    ...(averageDecay !== undefined && { averageDecay }),
    ...(decayWeightsOnly !== undefined && { decayWeightsOnly }),
  };
}

type PlanOfLoss = Pick<TrainPlan, 'settings' | 'classes' | 'manifest'>;

/** The loss of a plan; nothing where it is the engine's default. */
export function lossOf(plan: PlanOfLoss): Pick<NetworkOptions, 'loss' | 'labelSmoothing' | 'classWeights'> {
  const { loss } = plan.settings;
  if (loss === undefined) return {};
  const { kind, labelSmoothing, classWeights } = loss;
  return {
    loss: kind,
    ...(labelSmoothing !== undefined && { labelSmoothing }),
    ...(classWeights !== undefined && {
      classWeights: classWeights === 'balanced' ? balanced(plan) : classWeights,
    }),
  };
}

/** Weights by which every class counts as much as the others together: pictures ÷ (classes · pictures of the class). */
function balanced({ classes, manifest }: PlanOfLoss): number[] {
  const learned = manifest.filter(({ split }) => split === 'train');
  return classes.map((_, index) => {
    const own = learned.filter(({ classIndex }) => classIndex === index).length;
    // A class that nothing is learned of has no say in training, but may be evaluated.
    return own === 0 ? 1 : learned.length / (classes.length * own);
  });
}

export const changesPictures = (how: Augmentation): boolean =>
  Object.values(how).some((strength) => (strength ?? 0) > 0);
