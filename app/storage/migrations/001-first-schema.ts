import type { Migration } from './index.ts';

export const firstSchema: Migration = {
  version: 1,
  sql: `
    CREATE TABLE project (
      single INTEGER PRIMARY KEY CHECK (single = 1),
      id TEXT NOT NULL,
      name TEXT NOT NULL
    ) STRICT;

    CREATE TABLE imports (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      begun_at INTEGER NOT NULL,
      finished_at INTEGER,
      -- Whether the source told the split of any picture.
      has_splits INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    -- Files that imports could not take.
    CREATE TABLE problems (
      id INTEGER PRIMARY KEY,
      import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;

    CREATE TABLE classes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      color INTEGER NOT NULL,
      position INTEGER NOT NULL,
      -- The import that made it; null where a person did.
      import_id INTEGER REFERENCES imports (id)
    ) STRICT;

    CREATE TABLE images (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      hash TEXT NOT NULL,
      name TEXT NOT NULL,
      -- The name in lower case, composed: what a search looks at.
      folded_name TEXT NOT NULL,
      class_id INTEGER REFERENCES classes (id),
      split TEXT CHECK (split IN ('train', 'val', 'test')),
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      channels INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      import_id INTEGER NOT NULL REFERENCES imports (id),
      -- A deleted picture stays, so that deleting can be undone.
      deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1))
    ) STRICT;
    CREATE UNIQUE INDEX live_images_by_hash ON images (hash) WHERE deleted = 0;
    CREATE INDEX live_images ON images (id) WHERE deleted = 0;
    CREATE INDEX live_images_by_class ON images (class_id, split) WHERE deleted = 0;
    CREATE INDEX live_images_by_split ON images (split) WHERE deleted = 0;

    -- The names under which a stored picture arrived again, and what that gave to it.
    CREATE TABLE origins (
      id INTEGER PRIMARY KEY,
      image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
      import_id INTEGER NOT NULL REFERENCES imports (id),
      name TEXT NOT NULL,
      given_class INTEGER,
      given_split TEXT
    ) STRICT;
    CREATE INDEX origins_by_image ON origins (image_id);

    -- What the person did, in order; undone entries are the ones that redo does again.
    CREATE TABLE journal (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      images INTEGER NOT NULL,
      summary TEXT NOT NULL,
      -- JSON of an action on classes.
      class_action TEXT,
      undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
    ) STRICT;
    CREATE INDEX undone_journal ON journal (id) WHERE undone = 1;

    -- An action on pictures: the class, the split or the deletion mark of each, before and after.
    CREATE TABLE journal_changes (
      entry_id INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE,
      image_id INTEGER NOT NULL,
      before ANY,
      after ANY,
      PRIMARY KEY (entry_id, image_id)
    ) STRICT, WITHOUT ROWID;

    -- A run is only ever read and written whole: one JSON document.
    CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      created_at INTEGER NOT NULL,
      document TEXT NOT NULL
    ) STRICT;

    CREATE TABLE metrics (
      run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL,
      point TEXT NOT NULL,
      PRIMARY KEY (run_id, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE evaluations (
      run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      split TEXT NOT NULL,
      document TEXT NOT NULL,
      PRIMARY KEY (run_id, split)
    ) STRICT, WITHOUT ROWID;

    -- The pictures of an evaluation, by rank: mistakes with the greatest loss first.
    CREATE TABLE judged_images (
      run_id TEXT NOT NULL,
      split TEXT NOT NULL,
      rank INTEGER NOT NULL,
      image_id INTEGER NOT NULL,
      truth INTEGER NOT NULL,
      predicted INTEGER NOT NULL,
      confidence REAL NOT NULL,
      loss REAL NOT NULL,
      PRIMARY KEY (run_id, split, rank),
      FOREIGN KEY (run_id, split) REFERENCES evaluations (run_id, split) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
  `,
};
