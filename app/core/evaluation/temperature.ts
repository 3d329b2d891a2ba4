import type { Graph } from '../../contract/index.ts';
import { classifierOf } from '../model/classifier.ts';
import { argmax } from './softmax.ts';

/** Logits of a picture, one for each class, and the class that it is of. */
export interface LabeledLogits {
  logits: ArrayLike<number>;
  truth: number;
}

/** Beyond these nothing is told apart any more. */
const least = 0.05;
const greatest = 20;
/** Halvings of the logarithm between the two: to less than a thousandth. */
const halvings = 14;

/**
 * What logits are to be divided by so that of the answers given with 90 % nine in ten are right (Guo et al., 2017): the
 * temperature of least cross-entropy. Which class comes first stays. The targets are a little less than certain, by as
 * much as so few pictures leave open (Platt, 1999): no mistake in sixty pictures is no proof that there will be none.
 * 1 where there are no pictures.
 */
export function fitTemperature(answers: readonly LabeledLogits[]): number {
  const classes = answers[0]?.logits.length ?? 0;
  if (classes < 2) return 1;
  const certain = (answers.length + 1) / (answers.length + classes);
  const pictures = answers.map((answer) => centred(answer, certain));
  // Cross-entropy is convex in the inverse of the temperature: its slope has one root.
  let [low, high] = [Math.log(1 / greatest), Math.log(1 / least)];
  for (let halving = 0; halving < halvings; halving += 1) {
    const middle = (low + high) / 2;
    if (slope(pictures, Math.exp(middle)) < 0) low = middle;
    else high = middle;
  }
  return Math.exp(-(low + high) / 2);
}

interface Centred {
  /** Below 0 but for the greatest, which is 0. */
  logits: number[];
  /** The mean of the logits by the targets. */
  wanted: number;
}

function centred({ logits, truth }: LabeledLogits, certain: number): Centred {
  const top = logits[argmax(logits)] ?? 0;
  const from = Array.from(logits, (logit) => logit - top);
  const other = (1 - certain) / (from.length - 1);
  const wanted = from.reduce((sum, logit, index) => sum + logit * (index === truth ? certain : other), 0);
  return { logits: from, wanted };
}

/** Of the cross-entropy along the inverse temperature. */
function slope(pictures: readonly Centred[], inverse: number): number {
  let sum = 0;
  for (const { logits, wanted } of pictures) {
    let powers = 0;
    let weighted = 0;
    for (const logit of logits) {
      const power = Math.exp(logit * inverse);
      powers += power;
      weighted += power * logit;
    }
    sum += weighted / powers - wanted;
  }
  return sum;
}

/**
 * The same network with its logits divided by the temperature: the weights and the bias of its classifier are, and what
 * follows it keeps shares as they are. Wherever the model runs it then says what it should. Throws `graphInvalid` where
 * the network has no classifier.
 */
export function softened<T extends { data: Float32Array }>(
  graph: Graph,
  tensors: Readonly<Record<string, T>>,
  temperature: number,
): Record<string, T> {
  const { id } = classifierOf(graph);
  const parts = new Set([`${id}.weight`, `${id}.bias`]);
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      parts.has(name) ? { ...tensor, data: tensor.data.map((value) => value / temperature) } : tensor,
    ]),
  );
}
