import { TesseraError, type ClassInfo, type Split, type SplitRatios } from '../contract/index.ts';
import { cleanClassName } from '../core/dataset/classes.ts';
import { stratifiedSplit, type SplitCandidate } from '../core/dataset/stratified-split.ts';
import { classInfo, className, freeClassName, insertClass } from './classes.ts';
import type { Database } from './database.ts';
import { recordClass, recordPictures } from './journal.ts';

/** What the person does to pictures and classes. Each is one transaction and one entry of the journal. */
export function labels(database: Database) {
  const change = (
    kind: 'label' | 'split' | 'deleteImages',
    imageIds: number[],
    value: number | Split | null,
    summary: string,
  ): number => {
    requireImages(database, imageIds);
    return recordPictures(
      database,
      kind,
      imageIds.map((imageId) => [imageId, value] as const),
      summary,
    );
  };
  return {
    /** Gives the number of pictures changed. Throws `imageNotFound`, `classNotFound`. */
    label(imageIds: number[], classId: number | null): number {
      return database.transaction(() =>
        change('label', imageIds, classId, classId === null ? '' : className(database, classId)),
      );
    },

    /** Throws `imageNotFound`. */
    moveToSplit(imageIds: number[], split: Split | null): void {
      database.transaction(() => change('split', imageIds, split, split ?? ''));
    },

    /** Throws `imageNotFound`. */
    deleteImages(imageIds: number[]): void {
      database.transaction(() => change('deleteImages', imageIds, 1, ''));
    },

    /** Throws `classExists`; `invalidInput` for an empty name. */
    createClass(name: string): ClassInfo {
      return database.transaction(() => {
        const made = insertClass(database, freeClassName(database, name), null);
        recordClass(database, { kind: 'createClass', ...made });
        return classInfo(database, made.id);
      });
    },

    /** Throws `classNotFound`, `classExists`; `invalidInput` for an empty name. */
    renameClass(classId: number, name: string): ClassInfo {
      return database.transaction(() => {
        const before = className(database, classId);
        if (cleanClassName(name) !== before) {
          const after = freeClassName(database, name);
          database.run('UPDATE classes SET name = ? WHERE id = ?', after, classId);
          recordClass(database, { kind: 'renameClass', id: classId, before, after });
        }
        return classInfo(database, classId);
      });
    },

    /** Seeded and stratified over every labeled picture; `keep` leaves those alone that have a split. */
    assignSplits(ratios: SplitRatios, seed: number, keep: boolean): void {
      database.transaction(() => {
        const candidates = database.all<SplitCandidate>(
          `SELECT id AS imageId, class_id AS classId, ${keep ? 'split' : 'NULL AS split'}
           FROM images WHERE deleted = 0 AND class_id IS NOT NULL`,
        );
        const shares = [ratios.train, ratios.val, ratios.test].map((share) => Math.round(share * 100));
        recordPictures(database, 'split', stratifiedSplit(candidates, ratios, seed), shares.join(' / '));
      });
    },
  };
}

function requireImages(database: Database, imageIds: number[]): void {
  const missing = database.get<{ id: number }>(
    `SELECT wanted.value AS id FROM json_each(?) AS wanted
     WHERE NOT EXISTS (SELECT 1 FROM images WHERE id = wanted.value AND deleted = 0) LIMIT 1`,
    JSON.stringify(imageIds),
  );
  if (missing !== undefined) throw new TesseraError('imageNotFound', { image: missing.id });
}
