import type { Migration } from './index.ts';

export const metricLevels: Migration = {
  version: 9,
  sql: `
    -- The step points of 'metrics', averaged over 8, 64, 512 … sequence numbers. They follow from those: whatever is missing here
    -- is made again.
    CREATE TABLE metric_levels (
      run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      stride INTEGER NOT NULL,
      -- From the sequence number place * stride on.
      place INTEGER NOT NULL,
      -- JSON of a curve step; null where none of those points is a step.
      point TEXT,
      PRIMARY KEY (run_id, stride, place)
    ) STRICT, WITHOUT ROWID;

    -- The few epochs among hundreds of thousands of steps.
    CREATE INDEX epoch_metrics ON metrics (run_id, seq) WHERE point ->> '$.kind' = 'epoch';
  `,
};
