/** The addon as it is: no checks, no names of ours. The rest of this folder is what others use. */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TesseraError, errorCodes, type ErrorCode, type Graph } from '../contract/index.ts';
import type {
  AugmentedRows,
  NetworkOptions,
  OptimizerStep,
  ParameterInfo,
  PictureBatch,
  LabeledBatch,
  SoftBatch,
} from './types.ts';

type Floats = Float32Array;
type Whole4 = readonly [number, number, number, number];
type Whole2 = readonly [number, number];

export interface Conv2dGeometry {
  /** [N, C, H, W] */
  x: Whole4;
  filters: number;
  kernel: Whole2;
  stride: Whole2;
  padding: Whole4;
  dilation: Whole2;
  groups: number;
}

export interface Pool2dGeometry {
  /** [N, C, H, W] */
  x: Whole4;
  window: Whole2;
  stride: Whole2;
  /** top, left, bottom, right */
  padding: Whole4;
  countIncludePad: boolean;
  ceilMode: boolean;
}

export interface NativeGradients {
  dx: Floats;
  dweights: Floats;
  dbias: Floats;
}

export interface NativeOptimizerState {
  kind: OptimizerStep['kind'] | null;
  step: number;
  /** By name (`momentum`, or `m` and `v`), one tensor for each parameter. */
  blocks: Record<string, Floats[]>;
}

export type NativeInput = PictureBatch | { data: Floats; count: number };

export interface NativeDataSet {
  write(first: number, pictures: Uint8Array | Floats): void;
  dispose(): void;
}

/** Work that may take long; `cancel` makes the promise reject with `cancelled` unless it is done before. */
export interface Cancellable<T> {
  promise: Promise<T>;
  cancel(): void;
}

/** What a layer gave for a batch. */
export interface NativeSeen {
  /** Of one picture: [C, H, W], or one number. */
  shape: number[];
  output: Floats;
  gradient: Floats | null;
}

export interface NativeStep {
  loss: number;
  correct: number;
  /** NaN where it was not taken. */
  gradientNorm: number;
  /** A place in the graph; −1 where the loss is finite. */
  brokenLayer: number;
}

export interface NativeNetwork {
  readonly parameters: readonly ParameterInfo[];
  readonly arenaBytes: number;
  readonly classes: number;
  trainStep(batch: LabeledBatch | SoftBatch, optimizer: OptimizerStep): Promise<NativeStep>;
  evaluate(batch: LabeledBatch | SoftBatch): Promise<{ loss: number; correct: number; logits: Floats }>;
  forward(batch: NativeInput): Promise<Floats>;
  trainEpoch(
    set: NativeDataSet,
    epoch: { rows: Int32Array; batchSize: number; learningRates: Float64Array; augmented?: AugmentedRows },
    optimizer: OptimizerStep,
    /** Seven numbers of each step, one after the other; see native/addon/network_epoch.cpp. */
    onSteps: (steps: Float64Array) => void,
  ): Cancellable<void>;
  evaluateSet(
    set: NativeDataSet,
    of: { rows: Int32Array; batchSize: number },
  ): Cancellable<{ loss: number; correct: number; logits: Floats }>;
  features(batch: NativeInput, request: { layers: readonly string[] }): Promise<NativeSeen[]>;
  capture(
    batch: NativeInput & { labels?: Int32Array },
    request: { layers: readonly string[]; training: boolean; gradientOf: 'nothing' | 'loss' | 'logit' },
  ): Promise<{ logits: Floats; loss: number; layers: NativeSeen[] }>;
  totalBytes(): Promise<number>;
  readParameters(): Promise<Floats[]>;
  writeParameters(tensors: Floats[]): Promise<void>;
  readGradients(): Promise<Floats[]>;
  readOptimizer(): Promise<NativeOptimizerState>;
  writeOptimizer(state: NativeOptimizerState): Promise<void>;
  swapAverage(): Promise<void>;
  dispose(): void;
}

type Elementwise = { activation: 'relu' | 'relu6' | 'sigmoid' | 'tanh'; count: number };
type DenseGeometry = { n: number; in: number; out: number };
type LossAndGradient = { loss: number; gradient: Floats };
type GemmGeometry = {
  transA: boolean;
  transB: boolean;
  m: number;
  n: number;
  k: number;
  alpha: number;
  beta: number;
};

interface Native {
  engineInfo(): { isa: string; threads: number };
  NativeDataSet: new (how: { kind: 'bytes' | 'numbers'; size: number }, labels: Int32Array) => NativeDataSet;
  NativeNetwork: new (graph: Graph, options: NetworkOptions) => NativeNetwork;
  augment(
    of: { count: number; height: number; width: number; channels: number; classes: number },
    pictures: Uint8Array,
    labels: Int32Array,
    how: AugmentedRows,
  ): { pictures: Uint8Array; targets: Floats | null };
  conv2dForward(shape: Conv2dGeometry, x: Floats, weights: Floats, bias: Floats | null): Floats;
  conv2dBackward(shape: Conv2dGeometry, x: Floats, weights: Floats, dy: Floats): NativeGradients;
  denseForward(shape: DenseGeometry, x: Floats, weights: Floats, bias: Floats | null): Floats;
  denseBackward(shape: DenseGeometry, x: Floats, weights: Floats, dy: Floats): NativeGradients;
  maxPool2dForward(shape: Pool2dGeometry, x: Floats): { y: Floats; argmax: Uint16Array };
  maxPool2dBackward(shape: Pool2dGeometry, dy: Floats, argmax: Uint16Array): Floats;
  avgPool2dForward(shape: Pool2dGeometry, x: Floats): Floats;
  avgPool2dBackward(shape: Pool2dGeometry, dy: Floats): Floats;
  globalAvgPoolForward(shape: { x: Whole4 }, x: Floats): Floats;
  globalAvgPoolBackward(shape: { x: Whole4 }, dy: Floats): Floats;
  activationForward(shape: Elementwise, x: Floats): Floats;
  activationBackward(shape: Elementwise, y: Floats, dy: Floats): Floats;
  softmaxCrossEntropy(
    shape: { n: number; classes: number },
    logits: Floats,
    labels: Int32Array,
  ): LossAndGradient;
  bceWithLogits(shape: { count: number }, logits: Floats, targets: Floats): LossAndGradient;
  mse(shape: { count: number }, outputs: Floats, targets: Floats): LossAndGradient;
  gemm(shape: GemmGeometry, a: Floats, b: Floats, c: Floats | null): Floats;
  batchNormForward(
    shape: BatchNormGeometry,
    x: Floats,
    scale: Floats,
    shift: Floats,
    mean: Floats,
    variance: Floats,
  ): { y: Floats; mean: Floats; variance: Floats };
  batchNormBackward(
    shape: BatchNormGeometry,
    x: Floats,
    scale: Floats,
    mean: Floats,
    variance: Floats,
    dy: Floats,
  ): { dx: Floats; dscale: Floats; dshift: Floats };
  lrnForward(shape: LrnGeometry, x: Floats): Floats;
  lrnBackward(shape: LrnGeometry, x: Floats, dy: Floats): Floats;
  pad2dForward(shape: PadGeometry, x: Floats): Floats;
  pad2dBackward(shape: PadGeometry, dy: Floats): Floats;
  dropout(shape: { count: number; rate: number; seed: number }, x: Floats): Floats;
  leakyReluForward(shape: { count: number; slope: number }, x: Floats): Floats;
  leakyReluBackward(shape: { count: number; slope: number }, y: Floats, dy: Floats): Floats;
  hardSwishForward(shape: { count: number }, x: Floats): Floats;
  hardSwishBackward(shape: { count: number }, x: Floats, dy: Floats): Floats;
  hardSigmoidForward(shape: { count: number }, x: Floats): Floats;
  hardSigmoidBackward(shape: { count: number }, y: Floats, dy: Floats): Floats;
  clipForward(shape: Clipping, x: Floats): Floats;
  clipBackward(shape: Clipping, x: Floats, dy: Floats): Floats;
  copyColumns(
    shape: { rows: number; columns: number; at: number; width: number },
    from: Floats,
    into: Floats,
  ): Floats;
  add(shape: { count: number }, a: Floats, b: Floats): Floats;
  mul(shape: { count: number }, a: Floats, b: Floats): Floats;
  softmaxForward(shape: { n: number; classes: number }, x: Floats): Floats;
  softmaxBackward(shape: { n: number; classes: number }, y: Floats, dy: Floats): Floats;
  scaleChannels(shape: Planes, x: Floats, scale: Floats): Floats;
  scaleChannelsBackwardScale(shape: Planes, x: Floats, dy: Floats): Floats;
}

/** Pictures [N, C, H, W] with their pixels in a row. */
export interface Planes {
  n: number;
  c: number;
  hw: number;
}
type BatchNormGeometry = Planes & { epsilon: number; momentum: number; training: boolean };
type LrnGeometry = Planes & { size: number; alpha: number; beta: number; bias: number };
type PadGeometry = { x: Whole4; padding: Whole4; value: number };
type Clipping = { count: number; least: number; greatest: number };

let loaded: Native | null = null;

/** Loads the addon at first use. Throws `engineUnavailable` with the reason. */
export function native(): Native {
  return (loaded ??= load());
}

/** Runs a call into the addon; its typed errors leave as `TesseraError`. */
export function calling<T>(call: (addon: Native) => T): T {
  const addon = native();
  try {
    return call(addon);
  } catch (thrown) {
    throw fromNative(thrown);
  }
}

/** What the addon threw or rejected with, as a `TesseraError` where it is a typed one. */
export function fromNative(thrown: unknown): unknown {
  const { code, details } = thrown as { code?: ErrorCode; details?: Record<string, string> };
  return code !== undefined && errorCodes.includes(code)
    ? new TesseraError(code, details, { cause: thrown })
    : thrown;
}

/** Another text for every build of the addon. */
export function addonBuild(): string {
  const { size, mtimeMs } = statSync(addonPath());
  return `${size}-${Math.round(mtimeMs)}`;
}

function load(): Native {
  try {
    return createRequire(import.meta.url)(addonPath()) as Native;
  } catch (thrown) {
    const reason = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);
    throw new TesseraError('engineUnavailable', { reason }, { cause: thrown });
  }
}

/** `build/native/Release/tessera.node` of the folder that this file lies in or under, built or packaged. */
function addonPath(): string {
  const product = join('build', 'native', 'Release', 'tessera.node');
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    // Native code cannot be loaded from an archive: it lies unpacked beside it.
    const outside = folder.replace(/app\.asar(?=$|[\\/])/, 'app.asar.unpacked');
    const path = join(outside, product);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) throw new Error(`${product} is not there`);
  }
}
