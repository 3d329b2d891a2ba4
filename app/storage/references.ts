import type { ReferencedPicture, References } from '../core/tasks.ts';
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

    /** The living ones. */
    referencedPictures: (): ReferencedPicture[] =>
      database
        .all<ReferencedPicture>(
          `SELECT image_id AS imageId, hash, path, bytes FROM referenced_files JOIN images ON images.id = image_id
           WHERE deleted = 0 ORDER BY image_id`,
        )
        .map((row) => ({ ...row })),

    referencedHashes: (imageIds: readonly number[]): string[] =>
      database
        .all<{ hash: string }>(
          `SELECT hash FROM json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value
           JOIN referenced_files ON image_id = images.id`,
          JSON.stringify(imageIds),
        )
        .map(({ hash }) => hash),

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

    /** Their originals were found there. */
    moveReferences(found: readonly { hash: string; path: string }[]): void {
      database.transaction(() => {
        for (const { hash, path } of found) {
          database.run(
            'UPDATE referenced_files SET path = ? WHERE image_id IN (SELECT id FROM images WHERE hash = ?)',
            path,
            hash,
          );
        }
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
