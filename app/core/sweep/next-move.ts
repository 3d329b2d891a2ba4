import type { SweepRanking, TrialScore } from '../../contract/index.ts';
import { ranked } from './ranking.ts';
import type { Rung } from './rungs.ts';

/** A trial, as far as it decides what comes next. */
export interface TrialState {
  number: number;
  /** Epochs finished, and to how many it may go: those of its rung. */
  epoch: number;
  until: number;
  /** Of its best epoch. */
  score: TrialScore | null;
  /** `done`: it will not go on by itself, at its last epoch or an early stop. The others are out of it. */
  over: 'done' | 'failed' | 'cancelled' | 'removed' | null;
}

export type Move =
  | { kind: 'train'; number: number }
  /** These may go to `until` epochs. */
  | { kind: 'promote'; numbers: number[]; until: number }
  | { kind: 'over' };

/**
 * What comes next. A promotion looks at best epochs so far: those who were promoted only get better by going on, so that who
 * goes on is the same whenever it is asked.
 */
export function nextMove(trials: readonly TrialState[], rungs: readonly Rung[], by: SweepRanking): Move {
  const open = trials.find(({ over, epoch, until }) => over === null && epoch < until);
  if (open !== undefined) return { kind: 'train', number: open.number };
  const reached = Math.max(...trials.map(({ until }) => until));
  const next = rungs[rungs.findIndex(({ epochs }) => epochs === reached) + 1];
  if (next === undefined) return { kind: 'over' };
  const here = trials.filter(({ until, over }) => until === reached && (over === null || over === 'done'));
  const numbers = ranked(here, by)
    .slice(0, next.trials)
    .map(({ number }) => number);
  return numbers.length === 0 ? { kind: 'over' } : { kind: 'promote', numbers, until: next.epochs };
}
