import type { References } from '../core/tasks.ts';
import type { Database } from './database.ts';
import { untilChanged } from './until-changed.ts';

/** Originals that stay where they are, outside of the project. */
export function references(database: Database) {
  return {
    /** By hash; undefined where the project has all of its originals itself. */
    references: untilChanged(database, (): References | undefined => {
      // Where a deleted picture and a living one have the same bytes, the living one's comes last and counts.
      const rows = database.all<{ hash: string; path: string; bytes: number }>(
        `SELECT hash, path, bytes FROM referenced_files JOIN images ON images.id = image_id
         ORDER BY deleted DESC, image_id`,
      );
      if (rows.length === 0) return undefined;
      return Object.fromEntries(rows.map(({ hash, path, bytes }) => [hash, { path, bytes }]));
    }),

    /** Their originals are in the project now. */
    forgetReferences(hashes: readonly string[]): void {
      database.transaction(() => {
        database.run(
          `DELETE FROM referenced_files WHERE image_id IN (
             SELECT id FROM images WHERE hash IN (SELECT value FROM json_each(?))
           )`,
          JSON.stringify(hashes),
        );
      });
    },
  };
}

/** The file that a picture is read from; one that was noted before is replaced. */
export function referTo(database: Database, imageId: number, path: string): void {
  database.run(
    `INSERT INTO referenced_files (image_id, path) VALUES (?, ?)
     ON CONFLICT (image_id) DO UPDATE SET path = excluded.path`,
    imageId,
    path,
  );
}
