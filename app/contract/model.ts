import { z } from 'zod';
import { networkBlock } from './fine-tune.ts';

/** Height and width, in that order, wherever two numbers stand for space. */
const pair = z.tuple([z.int(), z.int()]);
const base = { id: z.string().min(1), input: z.string().min(1) };
/** Of a layer that reads several others. */
const joining = { id: z.string().min(1), inputs: z.array(z.string().min(1)).min(2) };
/** Of a pool: a last window may reach over the edge, where it begins inside of the padded picture. Left out: none does. */
const ceilMode = z.boolean().optional();
/** top, left, bottom, right */
const fourSides = z.tuple([z.int(), z.int(), z.int(), z.int()]);
const positivePair = z.tuple([z.int().positive(), z.int().positive()]);

/**
 * One layer of a network. `input` names the layer whose output it reads, `inputs` those; `'input'` is the picture.
 * A tagged union: `op` decides the rest. Shapes in comments are without the batch: [C, H, W].
 */
export const layer = z.discriminatedUnion('op', [
  z.object({
    ...base,
    op: z.literal('conv2d'),
    filters: z.int().positive(),
    kernel: positivePair,
    stride: positivePair,
    padding: fourSides,
    dilation: positivePair,
    groups: z.int().positive(),
    bias: z.boolean(),
  }),
  z.object({
    ...base,
    op: z.literal('maxPool2d'),
    window: positivePair,
    stride: positivePair,
    padding: pair,
    ceilMode,
  }),
  z.object({
    ...base,
    op: z.literal('avgPool2d'),
    window: positivePair,
    stride: positivePair,
    padding: pair,
    ceilMode,
    /** Whether padding counts as zeros of the mean; left out: it does, as in PyTorch. */
    countIncludePad: z.boolean().optional(),
  }),
  z.object({ ...base, op: z.literal('globalAvgPool') }),
  /**
   * Each channel less its mean, divided by √(variance + epsilon), times a weight, plus a bias. Training takes the batch's
   * statistics and moves the running ones by the share `momentum`; prediction takes the running ones.
   */
  z.object({
    ...base,
    op: z.literal('batchNorm2d'),
    epsilon: z.number().positive(),
    momentum: z.number().min(0).max(1),
    /** True: training takes the running statistics too, and they stay as they are, as fine-tuning wants it. */
    frozen: z.boolean().optional(),
  }),
  /** x / (bias + alpha / size · Σ x²)^beta over `size` channels around each: an odd number, even ones are told differently. */
  z.object({
    ...base,
    op: z.literal('lrn'),
    size: z.int().positive(),
    alpha: z.number().nonnegative(),
    beta: z.number(),
    bias: z.number().positive(),
  }),
  /** While training, drops each number with the probability `rate` and scales the rest by 1 / (1 − rate). */
  z.object({ ...base, op: z.literal('dropout'), rate: z.number().min(0).lt(1) }),
  z.object({ ...base, op: z.literal('relu') }),
  z.object({ ...base, op: z.literal('relu6') }),
  /** x where it is positive, otherwise slope · x. */
  z.object({ ...base, op: z.literal('leakyRelu'), slope: z.number().positive() }),
  /** x · clip(x / 6 + 1/2, 0, 1) */
  z.object({ ...base, op: z.literal('hardSwish') }),
  /** clip(x / 6 + 1/2, 0, 1) */
  z.object({ ...base, op: z.literal('hardSigmoid') }),
  z.object({ ...base, op: z.literal('sigmoid') }),
  z.object({ ...base, op: z.literal('tanh') }),
  /** Of one row of numbers. Losses bring their own: a network that learns by cross-entropy does not end in it. */
  z.object({ ...base, op: z.literal('softmax') }),
  /** Zeros around the picture. */
  z.object({ ...base, op: z.literal('pad2d'), padding: fourSides }),
  /** [C, H, W] → [C·H·W], channels slowest, as in PyTorch and ONNX. */
  z.object({ ...base, op: z.literal('flatten') }),
  z.object({ ...base, op: z.literal('dense'), units: z.int().positive(), bias: z.boolean() }),
  /** Number by number; all of one shape. */
  z.object({ ...joining, op: z.literal('add') }),
  /** Number by number, of one shape; or the second [C, 1, 1] for every pixel of the first, as squeeze-and-excitation does. */
  z.object({ ...joining, inputs: joining.inputs.length(2), op: z.literal('mul') }),
  /** Channels side by side: [C₁, H, W], [C₂, H, W] → [C₁ + C₂, H, W]. */
  z.object({ ...joining, op: z.literal('concat') }),
]);
export type Layer = z.infer<typeof layer>;
export type LayerOp = Layer['op'];

/** The names of the layers that a layer reads. */
export const layerInputs = (of: Layer): readonly string[] => ('inputs' in of ? of.inputs : [of.input]);

/**
 * A head that only training has, as GoogLeNet's two: `layer`, which nothing reads, gives one number for each class, and its
 * loss times `weight` is added to that of the logits. Prediction and exports leave out what leads to it alone.
 */
export const auxiliaryHead = z.object({ layer: z.string().min(1), weight: z.number().positive() });

/** A network as data: layers in the order in which they run; the last one gives the logits. */
export const graph = z.object({
  name: z.string(),
  input: z.object({ channels: z.int().positive(), height: z.int().positive(), width: z.int().positive() }),
  layers: z.array(layer).min(1),
  auxiliary: z.array(auxiliaryHead).optional(),
});
export type Graph = z.infer<typeof graph>;

/** What the builder shows beside a layer. */
export const layerInfo = z.object({
  id: z.string(),
  op: z.string(),
  /** [C, H, W] or [units]; of the first input where there are several. */
  inputShape: z.array(z.int()),
  outputShape: z.array(z.int()),
  parameters: z.int(),
  /** Multiply-adds for one picture, forward. */
  multiplyAdds: z.number(),
});
export type LayerInfo = z.infer<typeof layerInfo>;

/** About what a training run takes: a part that does not hang on the batch, and one for each picture of it. Bytes. */
export const trainingMemory = z.object({ fixedBytes: z.number(), bytesPerPicture: z.number() });

/** What a network takes as a whole. */
export const networkFacts = z.object({
  /** Sums over the network that predicts, without auxiliary heads. */
  parameters: z.int(),
  multiplyAdds: z.number(),
  memory: trainingMemory,
});

export const modelDescription = z.object({
  graph,
  layers: z.array(layerInfo),
  ...networkFacts.shape,
  /** What can learn or stay as a whole, from the picture to the classifier, which is the last. */
  blocks: z.array(networkBlock),
  /** Why the network does not fit together, and at which layer; null when it does. */
  problem: z.object({ layer: z.string(), reason: z.string() }).nullable(),
});
export type ModelDescription = z.infer<typeof modelDescription>;

/** A part of the layer form: what the person edits before it becomes a graph. */
export const block = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('conv'),
    filters: z.int().min(1).max(1024),
    kernel: z.int().min(1).max(11),
    stride: z.int().min(1).max(4),
    activation: z.enum(['relu', 'sigmoid', 'tanh', 'none']),
    pool: z
      .object({ kind: z.enum(['max', 'avg']), window: z.int().min(2).max(8), stride: z.int().min(1).max(8) })
      .nullable(),
  }),
  z.object({
    kind: z.literal('dense'),
    units: z.int().min(1).max(8192),
    activation: z.enum(['relu', 'sigmoid', 'tanh', 'none']),
  }),
]);
export type Block = z.infer<typeof block>;

/** The architectures, as they are called on the command line and in a project. */
export const architectureName = z.enum([
  'small-cnn',
  'lenet',
  'resnet-20',
  'resnet-32',
  'vgg-small',
  'inception-small',
  'efficientnet-lite0',
  'mobilenet-v2',
  'resnet-18',
  'resnet-34',
  'resnet-50',
  'googlenet',
  'alexnet',
  'vgg-11',
  'vgg-11-bn',
  'vgg-13',
  'vgg-13-bn',
  'vgg-16',
  'vgg-16-bn',
  'vgg-19',
  'vgg-19-bn',
]);
export type ArchitectureName = z.infer<typeof architectureName>;

/** An architecture that Tessera knows by name. */
export const architectureInfo = z.object({
  name: architectureName,
  title: z.string(),
  /** What it is for: drawings and small pictures of about 28–96 pixels, or photographs of about 224. */
  pictures: z.enum(['small', 'photos']),
  defaultImageSize: z.int(),
  /** Smaller pictures do not fit through it. */
  leastImageSize: z.int(),
  /** For ten classes at the default size. */
  parameters: z.int(),
  multiplyAdds: z.number(),
  memory: trainingMemory,
  /** The layer form that makes the same network, so that it can be edited; null where blocks cannot say it. */
  blocks: z.array(block).nullable(),
});
export type ArchitectureInfo = z.infer<typeof architectureInfo>;

/** Which network to train: a known architecture, the layer form, or a whole graph. */
export const modelChoice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('architecture'), name: z.string() }),
  z.object({ kind: z.literal('blocks'), blocks: z.array(block).max(40) }),
  z.object({
    kind: z.literal('graph'),
    graph,
    /** Pictures and classes may be others: its two ends become those of the project. Left out: it is taken as it is. */
    adapt: z.boolean().optional(),
  }),
]);
export type ModelChoice = z.infer<typeof modelChoice>;
