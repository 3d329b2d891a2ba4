import type { Job, JobKind } from '../../app/contract/index.ts';
import type { Query, ScreenId } from './address.ts';

const screens: Readonly<Record<JobKind, ScreenId>> = {
  import: 'data',
  sample: 'data',
  train: 'train',
  findRate: 'train',
  evaluate: 'evaluate',
  predictFolder: 'use',
  export: 'share',
  exportData: 'data',
  bringIn: 'data',
  findOriginals: 'data',
  measure: 'data',
  suggest: 'label',
  benchmark: 'train',
  rehearse: 'train',
};

/** The screen where what a job does is seen, with its run chosen. */
export const jobPlace = ({ kind, runId }: Job): { screen: ScreenId; query: Query } => ({
  screen: screens[kind],
  query: runId === null ? {} : { run: runId },
});
