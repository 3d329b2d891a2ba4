/**
 * The learning rate of a step, as a share of the one that was set: from 1 at the first step along half a cosine towards
 * 0 after the last (Loshchilov and Hutter, 2017, without restarts). Large steps find the way, small ones settle; the
 * network at the end does not depend on where the last noisy step happened to lead.
 */
export function learningRateShare(step: number, steps: number): number {
  return (1 + Math.cos((Math.PI * step) / steps)) / 2;
}
