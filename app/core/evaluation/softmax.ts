/**
 * Logits → probabilities that add up to 1. Works in float64 and from the greatest logit down, so that it overflows for
 * no finite input.
 */
export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const greatest = Math.max(...values);
  const powers = values.map((logit) => Math.exp(logit - greatest));
  const sum = powers.reduce((so, power) => so + power, 0);
  return powers.map((power) => power / sum);
}

/** Cross-entropy of one picture, −log softmax(logits)[truth], in nats; finite for every finite input. */
export function crossEntropy(logits: ArrayLike<number>, truth: number): number {
  const values = Array.from(logits);
  const greatest = Math.max(...values);
  const sum = values.reduce((so, logit) => so + Math.exp(logit - greatest), 0);
  return Math.log(sum) + greatest - (values[truth] ?? Number.NaN);
}

/** Index of the greatest value; the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) > (values[best] as number)) best = index;
  }
  return best;
}
