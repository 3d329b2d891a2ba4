import type { EpochMetric } from '../../contract/index.ts';
import type { EpochScore } from './best.ts';
import type { DataInForce } from './data-in-force.ts';
import type { PlateauState } from './plateau.ts';
import type { Sums } from './step-averages.ts';

/** Of the epoch that is under way. */
export interface EpochSoFar {
  steps: number;
  sums: Sums;
  /** Spent on its steps. */
  seconds: number;
  /** Of those, waiting for pictures. */
  dataWait: number;
}

/** Where a run stands: all that it needs to go on, besides the network. */
export interface LoopState {
  /** Epochs finished. */
  epoch: number;
  step: number;
  /** The `seq` of the next metric. */
  nextSeq: number;
  /** Seconds trained so far. */
  seconds: number;
  best: EpochScore | null;
  /** The point of the epoch that finished last. */
  finished: EpochMetric | null;
  /** null between two epochs. */
  underWay: EpochSoFar | null;
  /** null until an epoch has ended under a schedule that goes by the loss. */
  plateau: PlateauState | null;
  /** What it goes by instead of its plan's labels, in the epoch under way or else the one before; null for the plan's. */
  data: DataInForce | null;
}

/** Nothing was learned yet. */
export const isBeginning = ({ epoch, underWay }: LoopState): boolean => epoch === 0 && underWay === null;

export const beginning: LoopState = {
  epoch: 0,
  step: 0,
  nextSeq: 0,
  seconds: 0,
  best: null,
  finished: null,
  underWay: null,
  plateau: null,
  data: null,
};
