/** A finished epoch, as far as it decides which checkpoint is the best one. */
export interface EpochScore {
  epoch: number;
  valAccuracy: number | null;
  valLoss: number | null;
}

/**
 * Whether a newly finished epoch is better than the best so far: by validation accuracy, between equals by validation
 * loss. Without validation pictures nothing tells the epochs apart, and the latest is the best.
 */
export function isBetter(next: EpochScore, best: EpochScore | null): boolean {
  if (best === null || next.valAccuracy === null || best.valAccuracy === null) return true;
  if (next.valAccuracy !== best.valAccuracy) return next.valAccuracy > best.valAccuracy;
  return (next.valLoss ?? Infinity) < (best.valLoss ?? Infinity);
}
