import type { Migration } from './index.ts';

/** What the days of pictures are read from: walking through all that is known of each takes five times as long. */
export const dates: Migration = {
  version: 10,
  sql: `
    CREATE INDEX live_images_by_date ON images (taken_at, import_id) WHERE deleted = 0;
  `,
};
