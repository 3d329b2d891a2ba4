import type { Migration } from './index.ts';

export const waitingRuns: Migration = {
  version: 5,
  sql: `
    -- The runs that wait to be trained, in their order; those that are paused keep their place.
    CREATE TABLE waiting_runs (
      run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      place INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
