import type { Migration } from './index.ts';

export const runEvents: Migration = {
  version: 7,
  sql: `
    -- What happened to a run, in order. What a run that was killed comes to once more has the same key, and is there once.
    CREATE TABLE run_events (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      key TEXT,
      event TEXT NOT NULL,
      UNIQUE (run_id, key)
    ) STRICT;

    -- The labels that a run goes by which takes up those that are changed: in stretches of epochs, from 0, as far as it asked.
    CREATE TABLE run_data (
      run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      from_epoch INTEGER NOT NULL,
      -- The last one that asked.
      to_epoch INTEGER NOT NULL,
      -- JSON of how they differ from the plan's, deflated; null where they do not.
      data BLOB,
      PRIMARY KEY (run_id, from_epoch)
    ) STRICT, WITHOUT ROWID;
  `,
};
