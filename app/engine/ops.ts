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
  relu6Backward,
  relu6Forward,
  reluBackward,
  reluForward,
  sigmoidBackward,
  sigmoidForward,
  tanhBackward,
  tanhForward,
} from './ops/activation.ts';
export { bceWithLogits, mse, softmaxCrossEntropy } from './ops/loss.ts';
export { gemm, type GemmOptions } from './ops/gemm.ts';
