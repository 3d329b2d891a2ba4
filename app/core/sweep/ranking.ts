import type { SweepRanking, TrialScore } from '../../contract/index.ts';

/** Below 0 where `a` is the better one; 0 only where both numbers are equal. */
export function compareScores(a: TrialScore, b: TrialScore, by: SweepRanking): number {
  const accuracy = b.valAccuracy - a.valAccuracy;
  const loss = a.valLoss - b.valLoss;
  return by === 'valAccuracy' ? accuracy || loss : loss || accuracy;
}

/** The better one of a trial's best epoch so far and another; between equals the earlier one. */
export function betterScore(best: TrialScore | null, next: TrialScore, by: SweepRanking): TrialScore {
  return best === null || compareScores(next, best, by) < 0 ? next : best;
}

interface Scored {
  number: number;
  score: TrialScore | null;
}

/** The best one first, without those that have no score; between equals the one that was chosen first. */
export function ranked<T extends Scored>(trials: readonly T[], by: SweepRanking): T[] {
  return trials
    .flatMap((trial) => (trial.score === null ? [] : [{ trial, score: trial.score }]))
    .toSorted((a, b) => compareScores(a.score, b.score, by) || a.trial.number - b.trial.number)
    .map(({ trial }) => trial);
}
