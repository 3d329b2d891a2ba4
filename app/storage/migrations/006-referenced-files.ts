import type { Migration } from './index.ts';

export const referencedFiles: Migration = {
  version: 6,
  sql: `
    -- Where the originals lie that were not copied into the project. The hash and the length of a file say whether it is
    -- still the one.
    CREATE TABLE referenced_files (
      image_id INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
      -- Absolute.
      path TEXT NOT NULL
    ) STRICT;
  `,
};
