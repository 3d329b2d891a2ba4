import { z } from 'zod';
import { augmentation } from './augmentation.ts';
import { forecast } from './forecast.ts';
import { fineTune } from './fine-tune.ts';
import { broughtModelId } from './brought-model.ts';
import { graph, modelChoice, type ArchitectureName } from './model.ts';

export const optimizer = z.enum(['sgd', 'adam', 'adamw']);
export type Optimizer = z.infer<typeof optimizer>;

/** The network that comes with the app as it learned on ImageNet. */
export const pretrainedStart = { architecture: 'efficientnet-lite0', imageSize: 224 } as const satisfies {
  architecture: ArchitectureName;
  imageSize: number;
};
/** `head` trains a new dense layer on what the network sees, `all` goes on with every weight. */
export const pretrained = z.enum(['head', 'all']);
export type Pretrained = z.infer<typeof pretrained>;

export const runId = z.string().min(1);

/** How a network is told what it got wrong. */
export const trainLoss = z.object({
  kind: z.enum(['softmaxCrossEntropy', 'binaryCrossEntropy', 'mse']),
  /** Share of each label that is spread evenly over the classes; of `softmaxCrossEntropy`, as the weights are. */
  labelSmoothing: z.number().min(0).max(0.9).optional(),
  /** `balanced`: a class weighs the more, the fewer pictures it has. Otherwise a weight for each class, in their order. */
  classWeights: z.union([z.literal('balanced'), z.array(z.number().positive())]).optional(),
});
export type TrainLoss = z.infer<typeof trainLoss>;

/** Epochs over which the learning rate rises to its schedule, evenly by step; also parts of one. */
const warmup = z.number().min(0).max(1000).optional();
/** Of the learning rate that was set. */
const floor = z.number().min(0).lt(1).optional();

/**
 * How the learning rate moves over a run, as a share of the one that was set. `constant`: not. `step`: times `factor` every
 * so many epochs. `cosine`: along half a cosine down to `floor` at the end. `oneCycle`: up to it over the share `rise` of all
 * steps and down to next to nothing (Smith and Topin, 2017). `plateau`: times `factor` when the validation loss (where there
 * is none, the training loss) has not fallen for more than `patience` epochs, down to `floor`.
 */
export const schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), warmup }),
  z.strictObject({
    kind: z.literal('step'),
    every: z.int().min(1).max(10_000),
    factor: z.number().positive().lt(1),
    warmup,
  }),
  z.strictObject({ kind: z.literal('cosine'), floor, warmup }),
  /** Left out: 0.3. */
  z.strictObject({ kind: z.literal('oneCycle'), rise: z.number().positive().lt(1).optional() }),
  z.strictObject({
    kind: z.literal('plateau'),
    factor: z.number().positive().lt(1),
    patience: z.int().min(0).max(10_000),
    floor,
    warmup,
  }),
]);
export type Schedule = z.infer<typeof schedule>;

/** A checkpoint to begin with: `best`, `last`, or the one that was kept after that many epochs. */
export const startFrom = z.strictObject({
  runId,
  which: z.union([z.enum(['best', 'last']), z.int().min(1)]),
});
export type StartFrom = z.infer<typeof startFrom>;

/** What a person sets before pressing Train. */
export const trainSettings = z.object({
  model: modelChoice,
  /** Begins from the weights that come with the app instead of random ones. The model is theirs then, whatever `model` says. */
  pretrained: pretrained.optional(),
  /** Height and width that every picture is brought to. */
  imageSize: z.int().min(8).max(512),
  epochs: z.int().min(1).max(10_000),
  batchSize: z.int().min(1).max(1024),
  optimizer,
  /** What the schedule's shares are taken of. */
  learningRate: z.number().positive().max(10),
  momentum: z.number().min(0).max(0.999),
  nesterov: z.boolean(),
  weightDecay: z.number().min(0).max(1),
  /** True: biases and the numbers of norms are not decayed. Left out: everything is. */
  decayWeightsOnly: z.boolean().optional(),
  /** Left out: the cross-entropy of softmax, every class and label as it is. */
  loss: trainLoss.optional(),
  /** What the 2-norm of all gradients together is brought down to. Left out: they stay as they are. */
  clipNorm: z.number().positive().optional(),
  /** What the moving average of the weights keeps of itself at each step; it is what answers then. Left out: none. */
  averageDecay: z.number().min(0).lt(1).optional(),
  /** Shares of the learning rate by parameter, `conv1.weight`; 1 for those not named, and 0 for those that are to stay. */
  rates: z.record(z.string(), z.number().min(0)).optional(),
  /** Of a run that begins with weights which have learned: how far they go on. Left out: all of them do, alike. */
  fineTune: fineTune.optional(),
  /** Left out: half a cosine from the learning rate towards 0 at the end of the run. */
  schedule: schedule.optional(),
  /** Left out: pictures are learned as they are. */
  augment: augmentation.optional(),
  /** Ends the run when so many epochs in a row were no better than the best. Left out: it goes to its last epoch. */
  earlyStopping: z.strictObject({ patience: z.int().min(1).max(10_000) }).optional(),
  /** `balanced`: every class comes equally often, those with few pictures again and again. Left out: each picture once. */
  sampling: z.enum(['balanced']).optional(),
  /** Ids of layers whose numbers stay as they are. Left out: all learn. */
  frozen: z.array(z.string().min(1)).optional(),
  /** Also keeps the checkpoint after every so many epochs. Left out: the last two and the best. */
  keepEvery: z.int().min(1).max(10_000).optional(),
  /** Seconds between two checkpoints within an epoch. Left out: 60. */
  checkpointSeconds: z.number().min(0.1).max(86_400).optional(),
  /** Begins from what another run of this project has learned, as far as the layers are the same. */
  start: startFrom.optional(),
  /**
   * The id of a model that was brought into this project: the run begins with its weights, its graph and its preprocessing,
   * whatever `model` says. The classifier is a new one, except where the model names the very classes of the project.
   */
  startModel: broughtModelId.optional(),
  /**
   * Labels that are changed during the run count from its next epoch on: classes, exclusions, deletions and what is taken back
   * of them, of the pictures that it began with. The schedule, class weights and number of epochs stay.
   */
  followLabels: z.boolean().optional(),
  seed: z.int().min(0).max(0xffff_ffff),
  /** 0: as many as the machine has physical cores, leaving one for the screen where there are four or more. */
  threads: z.int().min(0).max(256),
});
export type TrainSettings = z.infer<typeof trainSettings>;

/** What a head that is fitted to a pretrained network's features has no use for: it takes no steps. */
export const settingsOfSteps = [
  'schedule',
  'augment',
  'earlyStopping',
  'sampling',
  'frozen',
  'keepEvery',
  'checkpointSeconds',
  'start',
  'fineTune',
  'startModel',
  'followLabels',
] as const satisfies (keyof TrainSettings)[];

export const runStatus = z.enum(['queued', 'running', 'paused', 'done', 'cancelled', 'stopped', 'failed']);
export type RunStatus = z.infer<typeof runStatus>;

/** A training run as a row. */
export const run = z.object({
  id: runId,
  /** `adjective-noun-12`; the person may change it. */
  name: z.string(),
  model: z.string(),
  status: runStatus,
  settings: trainSettings,
  graph,
  /** Class names in the order of the logits. */
  classes: z.array(z.string()),
  parameters: z.int(),
  createdAt: z.number(),
  endedAt: z.number().nullable(),
  /** Epochs finished. */
  epoch: z.int(),
  bestEpoch: z.int().nullable(),
  bestValAccuracy: z.number().nullable(),
  testAccuracy: z.number().nullable(),
  imagesPerSecond: z.number().nullable(),
  seconds: z.number().nullable(),
  /** What it was told to take when it was started; left out where this computer was not measured. */
  forecast: forecast.optional(),
  /** The most bytes that its process was seen to hold. */
  memoryBytes: z.number().optional(),
  /** SHA-256 of the frozen manifest that it trains on. */
  dataHash: z.string(),
  /** SHA-256 of the last weights of a run that is done: equal for runs of equal plans, whatever interrupted them. */
  weightHash: z.string().optional(),
  hasCheckpoint: z.boolean(),
  error: z.string().nullable(),
});
export type Run = z.infer<typeof run>;

/** What was predicted for as many epochs as it made against what it took; null where nothing was, or it is not over. */
export function forecastAgainst(run: Run): { predicted: number; took: number; offBy: number } | null {
  const { forecast: told, seconds, status, epoch, settings } = run;
  if (told === undefined || seconds === null || seconds <= 0 || status !== 'done') return null;
  const predicted = epoch < settings.epochs ? told.secondsPerEpoch * epoch : told.seconds;
  return predicted > 0 ? { predicted, took: seconds, offBy: seconds / predicted - 1 } : null;
}

/** How many values lie in each of 32 stretches of equal width between the least and the greatest. */
export const histogram = z.object({ min: z.number(), max: z.number(), counts: z.array(z.int()) });
export type Histogram = z.infer<typeof histogram>;

/** A layer after an epoch, looked at on a few training pictures as they are. */
export const layerState = z.object({
  id: z.string(),
  op: z.string(),
  /** Of the layer's `weight` and of its gradient; null where it has none. */
  weights: histogram.nullable(),
  gradients: histogram.nullable(),
  activations: histogram,
  /** Of a ReLU: the share of its channels that gave 0 everywhere in all pictures that were looked at for it. */
  dead: z.number().nullable(),
  /** Of a sigmoid or tanh: the share of its numbers that lie within 1 % of an end, where gradients vanish. */
  saturated: z.number().nullable(),
});
export type LayerState = z.infer<typeof layerState>;
/** All layers with weights, and all ReLUs, sigmoids and tanhs. At most 64 of a run. */
export const layersPoint = z.object({
  epoch: z.int(),
  step: z.int(),
  layers: z.array(layerState),
  /** Training pictures that `dead` was judged by; older runs looked at no more than eight. */
  judgedBy: z.int().optional(),
});
export type LayersPoint = z.infer<typeof layersPoint>;

/** A step of the search for a learning rate; `smoothed` is the moving average of the loss. */
export const ratePoint = z.object({ rate: z.number(), loss: z.number(), smoothed: z.number() });
export type RatePoint = z.infer<typeof ratePoint>;
/** `suggested`: where the loss falls most steeply; null where it does not fall. */
export const rateSearchResult = z.object({ points: z.array(ratePoint), suggested: z.number().nullable() });
export type RateSearchResult = z.infer<typeof rateSearchResult>;

/** A file that a run keeps, the one that was saved last first. */
export const checkpointInfo = z.object({
  /** `previous`: the one before the last. `epoch`: one of every k-th. `start`: what it began with. */
  which: z.enum(['last', 'previous', 'best', 'epoch', 'start']),
  /** Epochs finished then, of one that was kept after an epoch. */
  epoch: z.int().nullable(),
  bytes: z.number(),
  /** ms since 1970 */
  savedAt: z.number(),
});
export type CheckpointInfo = z.infer<typeof checkpointInfo>;

/** What runs of an older Tessera did not tell. */
const measured = {
  /** Of the last step. */
  learningRate: z.number().optional(),
  /** The 2-norm of all gradients together, before clipping, at the last step at which it was taken. */
  gradientNorm: z.number().optional(),
  /** Bytes that the process which trains holds. */
  memory: z.number().optional(),
  /** Seconds since the point before (in an epoch: of all of it) that steps waited for pictures. */
  dataWait: z.number().optional(),
  /** By the clock on the wall, ms since 1970: unlike `time` it goes on while the run is paused. */
  at: z.number().optional(),
};

/** The least and the greatest. */
const span = z.tuple([z.number(), z.number()]);
/** Between what the values lay that a point is the mean of; left out where it stands for one value alone. */
export const spans = z.object({
  loss: span.optional(),
  accuracy: span.optional(),
  imagesPerSecond: span.optional(),
  gradientNorm: span.optional(),
  memory: span.optional(),
});
export type Spans = z.infer<typeof spans>;

export const stepMetric = z.object({
  kind: z.literal('step'),
  seq: z.int(),
  step: z.int(),
  /** Fractional: 1.5 is in the middle of the second epoch. */
  epoch: z.number(),
  /** Seconds since the run began. */
  time: z.number(),
  loss: z.number(),
  accuracy: z.number(),
  imagesPerSecond: z.number(),
  spans: spans.optional(),
  ...measured,
});
export const epochMetric = z.object({
  kind: z.literal('epoch'),
  seq: z.int(),
  step: z.int(),
  epoch: z.int(),
  time: z.number(),
  trainLoss: z.number(),
  trainAccuracy: z.number(),
  /** null where the project has no validation pictures. */
  valLoss: z.number().nullable(),
  valAccuracy: z.number().nullable(),
  imagesPerSecond: z.number(),
  ...measured,
});
/** A point of the curves. Steps are averaged over the interval since the point before. */
export const metric = z.discriminatedUnion('kind', [stepMetric, epochMetric]);
export type Metric = z.infer<typeof metric>;

/** The mean of `weight` recorded step points, at the place of the last of them. */
export const curveStep = stepMetric.extend({ weight: z.int() });
export type CurveStep = z.infer<typeof curveStep>;
/**
 * A run's curves in at most as many step points as were asked for. Each is the mean of those whose `seq` lie in the same stretch
 * of `stride`, a power of two; stretches are counted from 0, so that it is the same one wherever the curves are looked at.
 */
export const curves = z.object({
  steps: z.array(curveStep),
  stride: z.int(),
  epochs: z.array(epochMetric),
  /** Of the last point of the run, -1 where there is none. */
  lastSeq: z.int(),
});
export type Curves = z.infer<typeof curves>;
/** A stretch of a run, by one of its axes. */
export const curveRange = z.object({
  axis: z.enum(['step', 'epoch', 'time', 'at']),
  from: z.number(),
  to: z.number(),
});
export type CurveRange = z.infer<typeof curveRange>;
export type StepMetric = z.infer<typeof stepMetric>;
export type EpochMetric = z.infer<typeof epochMetric>;

export const defaultTrainSettings: TrainSettings = {
  model: { kind: 'architecture', name: 'small-cnn' },
  imageSize: 28,
  epochs: 5,
  batchSize: 32,
  optimizer: 'adam',
  learningRate: 0.002,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 0,
  seed: 1,
  threads: 0,
};
