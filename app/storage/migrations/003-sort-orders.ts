import type { Migration } from './index.ts';

/** Orders that a grid of 100,000 pictures is sorted by, ready made: sorting them takes longer than a person waits. */
export const sortOrders: Migration = {
  version: 3,
  sql: `
    CREATE INDEX live_images_by_name ON images (folded_name) WHERE deleted = 0;
    CREATE INDEX live_images_by_brightness ON images (brightness) WHERE deleted = 0;
    CREATE INDEX live_images_by_sharpness ON images (sharpness) WHERE deleted = 0;
    CREATE INDEX live_images_by_confidence ON images (confidence) WHERE deleted = 0;
    CREATE INDEX live_images_by_loss ON images (loss) WHERE deleted = 0;
  `,
};
