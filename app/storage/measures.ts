import { nearDuplicates } from '../core/dataset/near-duplicates.ts';
import { tinySide } from '../core/dataset/problems.ts';
import type { MeasuredPicture, PictureMeasures } from '../core/tasks.ts';
import type { Database } from './database.ts';

/** What is measured of pictures, and which of them show nearly the same. */
export function measures(database: Database) {
  return {
    /** Living pictures that were never measured: those of projects from before it was done. */
    unmeasured: (): { imageId: number; hash: string }[] =>
      database
        .all<{ imageId: number; hash: string }>(
          'SELECT id AS imageId, hash FROM images WHERE deleted = 0 AND brightness IS NULL ORDER BY id',
        )
        .map((row) => ({ ...row })),

    addMeasures(measured: readonly MeasuredPicture[]): void {
      database.transaction(() => {
        for (const { imageId, ...values } of measured) storeMeasures(database, imageId, values);
      });
    },

    /** Once all are measured: compares them. */
    findTwins(): void {
      database.transaction(() => findTwins(database));
    },
  };
}

/** Inside a transaction. */
export function storeMeasures(
  database: Database,
  imageId: number,
  { brightness, sharpness, fingerprint, takenAt }: PictureMeasures,
): void {
  const { changes } = database.run(
    'UPDATE images SET brightness = ?, sharpness = ?, taken_at = ? WHERE id = ?',
    brightness,
    sharpness,
    takenAt,
    imageId,
  );
  // A picture may be gone since it was looked at.
  if (changes > 0) storeFingerprint(database, imageId, fingerprint);
}

/** Inside a transaction. */
export function storeFingerprint(database: Database, imageId: number, fingerprint: string): void {
  database.run('INSERT OR REPLACE INTO fingerprints (image_id, value) VALUES (?, ?)', imageId, fingerprint);
}

/**
 * Compares all living pictures and notes for each that has near duplicates the smallest id of its group. Inside a
 * transaction; about half a second for 100,000 pictures.
 */
export function findTwins(database: Database): void {
  const pictures = database.all<{ id: number; fingerprint: string; side: number }>(
    `SELECT images.id, value AS fingerprint, max(width, height) AS side
     FROM fingerprints JOIN images ON images.id = image_id WHERE deleted = 0 ORDER BY images.id`,
  );
  const groups = nearDuplicates(
    pictures.map(({ id, fingerprint, side }) => ({ id, fingerprint, isTiny: side <= tinySide })),
  );
  database.run('UPDATE images SET twins = NULL WHERE twins IS NOT NULL AND deleted = 0');
  database.run(
    `UPDATE images SET twins = wanted.value ->> 1 FROM json_each(?) AS wanted
     WHERE images.id = wanted.value ->> 0`,
    JSON.stringify([...groups]),
  );
}
