import type { Migration } from './index.ts';

export const sweeps: Migration = {
  version: 8,
  sql: `
    -- Searches over settings. What comes next of one follows from its trials.
    CREATE TABLE sweeps (
      id TEXT PRIMARY KEY,
      created_at INTEGER NOT NULL,
      name TEXT NOT NULL,
      -- JSON: what it was started with.
      spec TEXT NOT NULL,
      data_hash TEXT NOT NULL,
      -- What a person wants of it.
      wish TEXT NOT NULL CHECK (wish IN ('go', 'paused', 'cancelled'))
    ) STRICT;

    CREATE TABLE trials (
      sweep_id TEXT NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      -- JSON: the settings that it has of its own.
      settings TEXT NOT NULL,
      -- Null before it has begun; a trial outlives its run.
      run_id TEXT REFERENCES runs (id) ON DELETE SET NULL,
      -- Epochs finished, and to how many it may go.
      epoch INTEGER NOT NULL DEFAULT 0,
      until INTEGER NOT NULL,
      -- JSON: its best epoch.
      score TEXT,
      over TEXT CHECK (over IN ('done', 'failed', 'cancelled', 'removed')),
      seconds REAL NOT NULL DEFAULT 0,
      error TEXT,
      PRIMARY KEY (sweep_id, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX trials_by_run ON trials (run_id);
  `,
};
