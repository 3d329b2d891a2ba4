import type { Sweep, SweepSpec, TrialValues } from '../../contract/index.ts';
import { ranked } from './ranking.ts';
import type { TrialState } from './next-move.ts';

/** A trial as it is kept. */
export interface TrialRecord extends TrialState {
  values: TrialValues;
  /** Null before it has begun, and after its run was removed. */
  runId: string | null;
  /** For which it trained. */
  seconds: number;
  /** Of one that failed. */
  error: string | null;
}

/** A sweep as it is kept: what it was started with, what a person wants of it, and its trials. */
export interface SweepRecord {
  id: string;
  name: string;
  createdAt: number;
  spec: SweepSpec;
  /** Of the pictures that all its trials learn. */
  dataHash: string;
  wish: 'go' | 'paused' | 'cancelled';
  /** By their numbers. */
  trials: TrialRecord[];
}

export const secondsUsed = ({ trials }: Pick<SweepRecord, 'trials'>): number =>
  trials.reduce((sum, { seconds }) => sum + seconds, 0);

/** Whether its minutes are used, so that nothing more is begun. */
export const isTimeUsed = (record: Pick<SweepRecord, 'trials' | 'spec'>): boolean =>
  record.spec.minutes !== null && secondsUsed(record) >= record.spec.minutes * 60;

/** What is under way of a sweep: the trial that has a job, or none between two of them. */
export interface UnderWay {
  number: number;
  status: 'waiting' | 'running' | 'paused';
}

/** How screens see it. `reached`: epochs of the highest rung that anybody was promoted to. */
export function toSweep(record: SweepRecord, status: Sweep['status'], underWay: UnderWay | null): Sweep {
  const { id, name, spec, createdAt, trials } = record;
  const places = new Map(ranked(trials, spec.rankBy).map(({ number }, at) => [number, at + 1]));
  const reached = Math.max(...trials.map(({ until }) => until));
  return {
    id,
    name,
    spec,
    status,
    createdAt,
    seconds: secondsUsed(record),
    trials: trials.map(({ number, values, runId, epoch, until, score, seconds, error, over }) => ({
      number,
      values,
      runId,
      epoch,
      until,
      score,
      seconds,
      error,
      rank: places.get(number) ?? null,
      status:
        underWay?.number === number
          ? underWay.status
          : (over ??
            (epoch < until ? 'waiting' : until < reached ? 'halted' : atEnd(until, spec.settings.epochs))),
    })),
  };
}

/** At the end of the rung that is trained now it waits for the promotion. */
const atEnd = (until: number, epochs: number): 'waiting' | 'done' => (until < epochs ? 'waiting' : 'done');
