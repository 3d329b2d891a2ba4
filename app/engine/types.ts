import type { Augmentation, Optimizer } from '../contract/index.ts';
import type { Normalisation } from '../core/training/plan.ts';
import type { DataSet } from './data-set.ts';

/** Dense row-major float32. Pictures are [N, C, H, W], convolution weights [K, C/groups, kh, kw], dense [out, in]. */
export interface Tensor {
  data: Float32Array;
  shape: readonly number[];
}

export type Loss = 'softmaxCrossEntropy' | 'binaryCrossEntropy' | 'mse';

export interface NetworkOptions {
  /** Decides the initial parameters and, with the optimiser's count of steps, what dropout drops. */
  seed: number;
  /** 1…256; 0 takes the machine's physical cores. */
  threads: number;
  /** The greatest batch that will come; sizes the arena. */
  maxBatch: number;
  normalisation: Normalisation;
  /** False: forward and evaluate only, in a smaller arena. Default true. */
  training?: boolean;
  /** Of training and evaluation. Default `softmaxCrossEntropy`. */
  loss?: Loss;
  /** Share of each target that `softmaxCrossEntropy` spreads evenly over the classes, 0 to below 1. Default 0. */
  labelSmoothing?: number;
  /** A weight above 0 for each class, in `softmaxCrossEntropy`; the mean is over the weights. Default: all alike. */
  classWeights?: readonly number[];
  /** Weights from N(0, 2/fan_in) (`he`) or U(±√(6/(fan_in+fan_out))) (`glorot`); biases 0. Default `he`. */
  initialisation?: 'he' | 'glorot';
  /**
   * Layers whose numbers stay as they are, by id: they have neither gradients nor optimiser state, and their batch norms
   * go by the running statistics while training too. What comes before the first layer that learns runs forward only.
   * Default none.
   */
  frozen?: readonly string[];
  /**
   * False: the gradients of large dense layers are made and used up as the optimiser steps, to the same bits, and are nowhere
   * kept. Less memory and time; but `clipNorm` is refused, and so is reading gradients. Default true.
   */
  keepsGradients?: boolean;
}

/** Pictures as they come from the pixel cache, uint8 [N, H, W, C]; the network normalises them itself. */
export interface PictureBatch {
  pictures: Uint8Array;
  count: number;
}

export type LabeledBatch = PictureBatch & { labels: Int32Array };

/** Instead of labels shares of the classes, [N, classes] from 0 to 1, as mixed pictures have them. */
export type SoftBatch = PictureBatch & { targets: Float32Array };

/** Or tensors that go into the first layer untouched, float32 [N, C, H, W]. */
export type ForwardInput = PictureBatch | Tensor;

export interface OptimizerStep {
  kind: Optimizer;
  learningRate: number;
  weightDecay: number;
  /** SGD only. */
  momentum: number;
  nesterov: boolean;
  /** Adam and AdamW; defaults 0.9, 0.999, 1e-8. */
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  /** What the 2-norm of all gradients together is brought down to. Left out: they stay as they are. */
  clipNorm?: number;
  /** What the moving average of the weights keeps of itself at each step, e.g. 0.999. Left out: none is kept. */
  averageDecay?: number;
  /** True: biases and the numbers of norms (parameters of one axis) are not decayed. */
  decayWeightsOnly?: boolean;
  /** Shares of the learning rate by parameter, 1 for those not named. 0: it stays, and counts for no norm. */
  rates?: Readonly<Record<string, number>>;
  /** True: the step tells the norm of its gradients. With a `clipNorm` it does anyhow. */
  measuresNorm?: boolean;
}

export interface StepResult {
  /** Mean over the batch, before the update. */
  loss: number;
  /** Pictures whose greatest logit was the right one. */
  correct: number;
}

/** A step whose loss is not finite has changed nothing. */
export interface TrainedStep extends StepResult {
  /** The 2-norm of all gradients before clipping, where it was taken. */
  gradientNorm: number | null;
  /** Id of the first layer that gave something else than numbers, or of the last one; null where the loss is finite. */
  brokenLayer: string | null;
}

export interface ParameterInfo {
  /** `<layer>.weight`, `.bias`, `.running_mean` or `.running_var`, as in PyTorch. */
  name: string;
  shape: readonly number[];
  /** False for running statistics and frozen layers: they are read and written like the others, but have no gradient. */
  trainable: boolean;
}

/** What an optimiser keeps between steps; empty before the first one. */
export interface OptimizerState {
  kind: Optimizer | null;
  step: number;
  /**
   * `<parameter>.momentum`, or `<parameter>.m` and `<parameter>.v`, of trainable ones; shapes as the parameters'. Where a
   * moving average is kept, `<parameter>.average` too, also of running statistics.
   */
  tensors: Record<string, Tensor>;
}

/** What decides how pictures are changed before they are learned; see `Augmentation`. */
export interface AugmentedRows extends Augmentation {
  /** 0 to below 2³². */
  seed: number;
  epoch: number;
  /** For each row: which picture it is, whatever its row; the same number is changed in the same way in an epoch. */
  pictures: Int32Array;
  /** For each row: how often its picture came before in this epoch. */
  draws: Int32Array;
}

/** An epoch over a data set, as `NetworkApi.trainEpoch` makes it. */
export interface Epoch {
  /** Rows of the data set in the order in which they are trained; the last batch may be smaller. */
  rows: Int32Array;
  batchSize: number;
  /** One for each step. */
  learningRates: Float64Array;
  /** The rest of what each step goes by. */
  optimizer: OptimizerStep;
  /** Left out: pictures are learned as they are. Of a set of bytes. */
  augmented?: AugmentedRows;
}

/** A step of an epoch. */
export interface EpochStep extends TrainedStep {
  pictures: number;
  /** Since the epoch began. */
  seconds: number;
  /** Of those, waiting for its pictures. */
  waited: number;
}

/** What a layer gave for a batch: [N, C, H, W], or [N, numbers] where it gives numbers in a row. */
export interface Captured {
  output: Tensor;
  /** In the output's shape; null where none was asked for. */
  gradient: Tensor | null;
}

export interface CaptureRequest {
  /** Layers by id, and `input` for the picture as the first layer gets it. */
  layers: readonly string[];
  /**
   * True: as in the next training step, by the batch's own statistics and with what dropout would drop; weights and running
   * statistics stay as they are. Default false: as in prediction.
   */
  training?: boolean;
  /**
   * Of what the gradient is: the loss of these labels, or the sum over the pictures of the logit of these classes, one for
   * each picture. Left out: no gradient.
   */
  gradientOf?: { loss: Int32Array } | { logit: Int32Array };
}

/**
 * A compiled network. Calls are queued and run one after the other on the network's own native thread; the promise
 * resolves on the JavaScript thread. Using it after `dispose()` throws `networkDisposed`.
 */
export interface NetworkApi extends Disposable {
  readonly parameters: readonly ParameterInfo[];
  /** Bytes of the one arena that it allocated. */
  readonly arenaBytes: number;
  readonly classes: number;
  trainStep(batch: LabeledBatch | SoftBatch, optimizer: OptimizerStep): Promise<TrainedStep>;
  /** Raw logits, [N, classes]. */
  forward(input: ForwardInput): Promise<Tensor>;
  /** Loss is the mean over the batch; logits as in `forward`. */
  evaluate(batch: LabeledBatch | SoftBatch): Promise<StepResult & { logits: Tensor }>;
  /**
   * The same steps as `trainStep` one by one, to the bit, in one call. Told of every 50 ms or so, of each step once, and of
   * the last before the promise resolves. Augmented, the next batch is made while a step runs. Ends after a step whose loss is not finite. A signal that is aborted ends it
   * within 50 ms with the signal's reason: what was told is done, what was not has changed nothing.
   */
  trainEpoch(
    set: DataSet,
    epoch: Epoch,
    onSteps: (steps: readonly EpochStep[]) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Mean loss over these rows, how many are right, and their logits. */
  evaluateSet(
    set: DataSet,
    of: { rows: Int32Array; batchSize: number },
    signal?: AbortSignal,
  ): Promise<StepResult & { logits: Tensor }>;
  /** The outputs of layers in prediction, by id; what lies behind the last of them is not computed. */
  features(input: ForwardInput, layers: readonly string[]): Promise<Record<string, Tensor>>;
  /** Outputs and gradients of layers, by id. `loss` is null where its gradient was not asked for. */
  capture(
    input: ForwardInput,
    request: CaptureRequest,
  ): Promise<{ logits: Tensor; loss: number | null; layers: Record<string, Captured> }>;
  /** Bytes that the network holds now: arena, parameters, gradients and the optimiser's state. */
  totalBytes(): Promise<number>;
  readParameters(): Promise<Record<string, Tensor>>;
  /** All of them; a missing, unknown or misshapen one throws `shapeMismatch` and nothing is changed. */
  writeParameters(tensors: Record<string, Tensor>): Promise<void>;
  readOptimizerState(): Promise<OptimizerState>;
  writeOptimizerState(state: OptimizerState): Promise<void>;
  /**
   * Does `work` with the moving average of the weights in their place: it may evaluate, predict and read parameters. The
   * weights themselves where no average is kept.
   */
  withAverage<T>(work: () => Promise<T>): Promise<T>;
  dispose(): void;
}

/** Of a layer with weights: in the shapes of x, weights and bias. */
export interface LayerGradients {
  dx: Tensor;
  dweights: Tensor;
  dbias: Tensor;
}
