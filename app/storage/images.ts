import type { DatasetSummary, ImageFilter, ImageRow, Split } from '../contract/index.ts';
import type { PortableData } from '../core/dataset/portable.ts';
import type { ManifestEntry } from '../core/training/plan.ts';
import { listClasses } from './classes.ts';
import type { Database } from './database.ts';
import { filterSql } from './image-filter.ts';

const shownProblems = 100;

/** What is asked about pictures. */
export function images(database: Database) {
  return {
    summary(): DatasetSummary {
      const counts = database.get<Omit<DatasetSummary, 'problems' | 'canUndo' | 'canRedo'>>(
        `SELECT count(*) AS images, count(class_id) AS labeled, count(*) - count(class_id) AS unlabeled,
           count(*) FILTER (WHERE split = 'train') AS train, count(*) FILTER (WHERE split = 'val') AS val,
           count(*) FILTER (WHERE split = 'test') AS test, count(*) - count(split) AS unassigned,
           (SELECT count(*) FROM problems) AS problemCount
         FROM images WHERE deleted = 0`,
      );
      const problems = database.all<{ path: string; reason: string }>(
        'SELECT path, reason FROM problems ORDER BY id DESC LIMIT ?',
        shownProblems,
      );
      const entries = database.all<{ undone: number }>('SELECT DISTINCT undone FROM journal');
      return {
        ...(counts as NonNullable<typeof counts>),
        problems: problems.map((row) => ({ ...row })),
        canUndo: entries.some(({ undone }) => undone === 0),
        canRedo: entries.some(({ undone }) => undone === 1),
      };
    },

    images(filter: ImageFilter, offset: number, limit: number): { total: number; images: ImageRow[] } {
      const { from, where, order, values } = filterSql(filter);
      const total = database.get<{ total: number }>(
        `SELECT count(*) AS total FROM ${from} WHERE ${where}`,
        ...values,
      );
      const rows = database.all<ImageRow>(
        `SELECT images.id, name, class_id AS classId, split, width, height, channels
         FROM ${from} WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
        ...values,
        limit,
        offset,
      );
      return { total: total?.total ?? 0, images: rows.map((row) => ({ ...row })) };
    },

    imageIds(filter: ImageFilter): number[] {
      const { from, where, order, values } = filterSql(filter);
      return database
        .all<{ id: number }>(`SELECT images.id FROM ${from} WHERE ${where} ORDER BY ${order}`, ...values)
        .map(({ id }) => id);
    },

    /** Also of a deleted picture: it may come back. */
    imageHash(imageId: number): string | null {
      return database.get<{ hash: string }>('SELECT hash FROM images WHERE id = ?', imageId)?.hash ?? null;
    },

    /** Up to `count` pictures, the classes taking turns; pictures without a label come last. */
    mosaic(count: number): number[] {
      const perClass = [...listClasses(database).map(({ id }) => id), null].map((classId) =>
        database
          .all<{ id: number }>(
            'SELECT id FROM images WHERE deleted = 0 AND class_id IS ? ORDER BY id LIMIT ?',
            classId,
            count,
          )
          .map(({ id }) => id),
      );
      const unlabeled = perClass.pop() ?? [];
      const turns = Array.from({ length: count }, (_, turn) => perClass.flatMap((ids) => ids[turn] ?? []));
      return [...turns.flat(), ...unlabeled].slice(0, count);
    },

    /**
     * Every labeled picture with a split, by id. `classes` are those that have any, by position: a network is not
     * given an output for a class that nothing can teach it.
     */
    manifest(): { classes: string[]; entries: (ManifestEntry & { name: string })[] } {
      const rows = database.all<{ id: number; hash: string; name: string; classId: number; split: Split }>(
        `SELECT id, hash, name, class_id AS classId, split FROM images
         WHERE deleted = 0 AND class_id IS NOT NULL AND split IS NOT NULL ORDER BY id`,
      );
      const used = new Set(rows.map(({ classId }) => classId));
      const classes = listClasses(database).filter(({ id }) => used.has(id));
      const places = new Map(classes.map(({ id }, place) => [id, place]));
      const entries = rows.map(({ id, hash, name, classId, split }) => ({
        imageId: id,
        hash,
        name,
        classIndex: places.get(classId) as number,
        split,
      }));
      return { classes: classes.map(({ name }) => name), entries };
    },

    portableData(): PortableData {
      const pictures = database.all<PortableData['pictures'][number]>(
        `SELECT hash, images.name, classes.name AS className, split FROM images
         LEFT JOIN classes ON classes.id = class_id WHERE deleted = 0 ORDER BY images.id`,
      );
      return {
        classes: listClasses(database).map(({ name }) => name),
        pictures: pictures.map((row) => ({ ...row })),
      };
    },

    channels(): 1 | 3 {
      const colored = database.get('SELECT 1 FROM images WHERE deleted = 0 AND channels = 3 LIMIT 1');
      return colored === undefined ? 1 : 3;
    },
  };
}
