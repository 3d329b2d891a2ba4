import type { Migration } from './index.ts';

/** What is measured of a picture, what a person notes about it, and what the newest model takes it for. */
export const measuresAndMarks: Migration = {
  version: 2,
  sql: `
    ALTER TABLE project ADD COLUMN test_locked INTEGER NOT NULL DEFAULT 0 CHECK (test_locked IN (0, 1));
    -- The run whose predictions the pictures carry.
    ALTER TABLE project ADD COLUMN predicted_by TEXT;

    ALTER TABLE classes ADD COLUMN key TEXT;
    ALTER TABLE classes ADD COLUMN description TEXT NOT NULL DEFAULT '';
    ALTER TABLE classes ADD COLUMN is_none INTEGER NOT NULL DEFAULT 0 CHECK (is_none IN (0, 1));

    -- Null until they are measured ('core/dataset/measures').
    ALTER TABLE images ADD COLUMN brightness REAL;
    ALTER TABLE images ADD COLUMN sharpness REAL;
    -- When the camera says it was taken, ms since 1970.
    ALTER TABLE images ADD COLUMN taken_at INTEGER;
    -- The smallest id of the pictures that show nearly the same; null for one of a kind.
    ALTER TABLE images ADD COLUMN twins INTEGER;
    ALTER TABLE images ADD COLUMN excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded IN (0, 1));
    ALTER TABLE images ADD COLUMN note TEXT NOT NULL DEFAULT '';
    -- A JSON list, sorted.
    ALTER TABLE images ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
    -- A class, which may be gone since; how sure the model was; and the loss by the label that there was.
    ALTER TABLE images ADD COLUMN predicted INTEGER;
    ALTER TABLE images ADD COLUMN confidence REAL;
    ALTER TABLE images ADD COLUMN loss REAL;
    CREATE INDEX live_images_by_twins ON images (twins, class_id) WHERE deleted = 0 AND twins IS NOT NULL;
    CREATE INDEX excluded_images ON images (id) WHERE deleted = 0 AND excluded = 1;
    CREATE INDEX tagged_images ON images (id) WHERE deleted = 0 AND tags <> '[]';

    -- Apart: the rows of 'images' are walked through for every filter, and these are as long as all the rest of one.
    CREATE TABLE fingerprints (
      image_id INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
      value TEXT NOT NULL
    ) STRICT;

    -- The class that the source gave to a picture that was there already.
    ALTER TABLE origins ADD COLUMN said_class INTEGER;

    CREATE TABLE views (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      filter TEXT NOT NULL
    ) STRICT;

    -- A frozen manifest is only ever read whole: deflated JSON.
    CREATE TABLE versions (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      hash TEXT NOT NULL,
      classes TEXT NOT NULL,
      train INTEGER NOT NULL,
      val INTEGER NOT NULL,
      test INTEGER NOT NULL,
      entries BLOB NOT NULL
    ) STRICT;
  `,
};
