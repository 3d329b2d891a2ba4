import { calling } from '../binding.ts';
import { checkShape, checkTensor, shapeMismatch, twoAxes } from '../shapes.ts';
import type { Tensor } from '../types.ts';

interface LossAndGradient {
  loss: number;
  /** Of the loss, in the shape of the logits or outputs. */
  gradient: Tensor;
}

/** Mean over the batch of −log softmax(logits[N, classes])[label]. */
export function softmaxCrossEntropy(logits: Tensor, labels: Int32Array): LossAndGradient {
  const operator = 'softmaxCrossEntropy';
  const [n, classes] = twoAxes(operator, 'logits', logits);
  if (labels.length !== n) throw shapeMismatch(operator, `there are ${labels.length} labels for ${n} rows`);
  const wrong = labels.find((label) => label < 0 || label >= classes);
  if (wrong !== undefined)
    throw shapeMismatch(operator, `label ${wrong} is not one of the ${classes} classes`);
  const { loss, gradient } = calling((addon) =>
    addon.softmaxCrossEntropy({ n, classes }, logits.data, labels),
  );
  return { loss, gradient: { data: gradient, shape: logits.shape } };
}

/** Binary cross-entropy of sigmoid(logits) and targets in [0, 1], mean over all numbers; any shape. */
export function bceWithLogits(logits: Tensor, targets: Tensor): LossAndGradient {
  checkTensor('bceWithLogits', 'logits', logits);
  checkShape('bceWithLogits', 'targets', targets, logits.shape);
  const count = logits.data.length;
  const { loss, gradient } = calling((addon) => addon.bceWithLogits({ count }, logits.data, targets.data));
  return { loss, gradient: { data: gradient, shape: logits.shape } };
}

/** Mean of the squared differences over all numbers; any shape. */
export function mse(outputs: Tensor, targets: Tensor): LossAndGradient {
  checkTensor('mse', 'outputs', outputs);
  checkShape('mse', 'targets', targets, outputs.shape);
  const count = outputs.data.length;
  const { loss, gradient } = calling((addon) => addon.mse({ count }, outputs.data, targets.data));
  return { loss, gradient: { data: gradient, shape: outputs.shape } };
}
