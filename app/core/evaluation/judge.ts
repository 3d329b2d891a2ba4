import type { Evaluation, JudgedImage } from '../../contract/index.ts';
import { accuracy, confusionMatrix, macroF1, perClassScores } from './metrics.ts';
import { argmax, crossEntropy, softmax } from './softmax.ts';

/** A labeled picture with what the network said about it. */
export interface Answer {
  imageId: number;
  name: string;
  truth: number;
  /** Raw, one per class. */
  logits: ArrayLike<number>;
}

/** One answer, judged: the class with the greatest logit, its probability, and the picture's own loss. */
export function judge({ imageId, name, truth, logits }: Answer): JudgedImage {
  const predicted = argmax(logits);
  const confidence = softmax(logits)[predicted] ?? 0;
  return { imageId, name, truth, predicted, confidence, loss: crossEntropy(logits, truth) };
}

/** The greatest loss first: confident mistakes, and labels that may be wrong, come to the top. */
export function rankByLoss(images: readonly JudgedImage[]): JudgedImage[] {
  return images.toSorted((a, b) => b.loss - a.loss || a.imageId - b.imageId);
}

/** Everything that is told about a split. */
export function summarise(
  images: readonly JudgedImage[],
  classes: readonly string[],
): Omit<Evaluation, 'runId' | 'split' | 'temperature'> {
  const confusion = confusionMatrix(images, classes.length);
  const perClass = perClassScores(confusion, classes);
  return {
    images: images.length,
    accuracy: accuracy(confusion),
    macroF1: macroF1(confusion, perClass),
    loss: images.length === 0 ? 0 : images.reduce((sum, { loss }) => sum + loss, 0) / images.length,
    classes: [...classes],
    confusion,
    perClass,
  };
}
