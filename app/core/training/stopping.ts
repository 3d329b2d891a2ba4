import type { EpochScore } from './best.ts';

/** Whether the epochs since the best one were as many as a person wants to wait for a better one. */
export function isStalled(patience: number | undefined, epoch: number, best: EpochScore | null): boolean {
  return patience !== undefined && best !== null && epoch - best.epoch >= patience;
}
