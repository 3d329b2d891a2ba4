import type { Migration } from './index.ts';

export const watchedFolders: Migration = {
  version: 4,
  sql: `
    -- Folders whose new pictures are taken in by themselves.
    CREATE TABLE watched_folders (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      path TEXT NOT NULL UNIQUE
    ) STRICT;

    -- Every file of them that was looked at, with its size and its time of change.
    CREATE TABLE watched_files (
      folder_id INTEGER NOT NULL REFERENCES watched_folders (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      stamp TEXT NOT NULL,
      PRIMARY KEY (folder_id, path)
    ) STRICT, WITHOUT ROWID;
  `,
};
