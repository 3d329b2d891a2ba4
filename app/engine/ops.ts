/**
 * The single operators, forward and backward: what looks at one layer rather than a network. Tensors are dense float32;
 * pictures [N, C, H, W], weights [K, C/groups, kh, kw], dense weights [out, in]. They run at once, on the calling
 * thread. Everything throws `shapeMismatch` before native code is entered.
 */
export { conv2dBackward, conv2dForward, type Conv2dOptions } from './ops/conv2d.ts';
export { denseBackward, denseForward } from './ops/dense.ts';
export {
  avgPool2dBackward,
  avgPool2dForward,
  globalAvgPoolBackward,
  globalAvgPoolForward,
  maxPool2dBackward,
  maxPool2dForward,
  type Pool2dOptions,
} from './ops/pool.ts';
export {
  clipBackward,
  clipForward,
  relu6Backward,
  relu6Forward,
  hardSigmoidBackward,
  hardSigmoidForward,
  hardSwishBackward,
  hardSwishForward,
  leakyReluBackward,
  leakyReluForward,
  reluBackward,
  reluForward,
  sigmoidBackward,
  sigmoidForward,
  tanhBackward,
  tanhForward,
} from './ops/activation.ts';
export { bceWithLogits, mse, softmaxCrossEntropy } from './ops/loss.ts';
export { gemm, type GemmOptions } from './ops/gemm.ts';
export {
  batchNormBackward,
  batchNormForward,
  lrnBackward,
  lrnForward,
  type BatchNormOptions,
  type LrnOptions,
  type RunningStatistics,
} from './ops/norm.ts';
export { add, concat, mul, mulBackward } from './ops/join.ts';
export { pad2dBackward, pad2dForward } from './ops/pad.ts';
export { softmaxBackward, softmaxForward } from './ops/softmax.ts';
export { dropout } from './ops/dropout.ts';
