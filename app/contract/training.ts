import { z } from 'zod';
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
  /** Of the first step; it falls along half a cosine towards 0 at the end of the run. */
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
  seed: z.int().min(0).max(0xffff_ffff),
  /** 0: as many as the machine has physical cores, leaving one for the screen where there are four or more. */
  threads: z.int().min(0).max(256),
});
export type TrainSettings = z.infer<typeof trainSettings>;

export const runStatus = z.enum(['queued', 'running', 'done', 'cancelled', 'stopped', 'failed']);
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
  /** SHA-256 of the frozen manifest that it trains on. */
  dataHash: z.string(),
  hasCheckpoint: z.boolean(),
  error: z.string().nullable(),
});
export type Run = z.infer<typeof run>;

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
});
/** A point of the curves. Steps are averaged over the interval since the point before. */
export const metric = z.discriminatedUnion('kind', [stepMetric, epochMetric]);
export type Metric = z.infer<typeof metric>;
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
