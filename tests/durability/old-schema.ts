import { firstSchema } from '../../app/storage/migrations/001-first-schema.ts';
import type { Migration } from '../../app/storage/migrations/index.ts';

/** The first schema, and two steps that take long enough to be killed in: every row written anew, then two indexes. */
export const steps: readonly Migration[] = [
  firstSchema,
  {
    version: 2,
    sql: `ALTER TABLE images ADD COLUMN first_test TEXT NOT NULL DEFAULT '';
      UPDATE images SET first_test = name || hash`,
  },
  {
    version: 3,
    sql: `CREATE INDEX first_test_index ON images (first_test, hash);
      ALTER TABLE images ADD COLUMN second_test INTEGER NOT NULL DEFAULT 0;
      UPDATE images SET second_test = id;
      CREATE INDEX second_test_index ON images (second_test)`,
  },
];
