import { TesseraError, type DatasetSummary, type ImageDetails } from '../contract/index.ts';
import type { ImageFilter, ImageGroup, ImageRow, Split } from '../contract/index.ts';
import { hasMarks, type PictureMarks, type PortableData } from '../core/dataset/portable.ts';
import type { KnownPictures, ReferencedPicture } from '../core/tasks.ts';
import type { ManifestEntry } from '../core/training/plan.ts';
import { listClasses, portableClasses } from './classes.ts';
import type { Database } from './database.ts';
import { dateSql, referencedSql } from './image-filter.ts';
import { namedGroups, PictureLists } from './picture-lists.ts';
import { untilChanged } from './until-changed.ts';

const shownProblems = 100;

/** A row of `images` as SQL gives it: flags as 0 and 1, tags as JSON. */
type RawRow = Omit<ImageRow, 'tags' | 'excluded' | 'isReferenced'> & {
  tags: string;
  excluded: 0 | 1;
  isReferenced: 0 | 1;
};

const rowColumns = `images.id, name, class_id AS classId, split, width, height, channels, excluded, note, tags,
  predicted, confidence, ${referencedSql} AS isReferenced`;

const toRow = ({ tags, excluded, isReferenced, ...row }: RawRow): ImageRow => ({
  ...row,
  excluded: excluded === 1,
  isReferenced: isReferenced === 1,
  tags: tags === '[]' ? [] : (JSON.parse(tags) as string[]),
});

type Counts = Omit<
  DatasetSummary,
  'problems' | 'canUndo' | 'canRedo' | 'tags' | 'testLocked' | 'predictedBy'
>;

type PortableRow = Omit<PortableData['pictures'][number], 'marks'> & {
  id: number;
  note: string;
  tags: string;
  excluded: 0 | 1;
};

/** By the id of the picture, in the order in which they came. */
function otherNames(database: Database): Map<number, PictureMarks['otherNames']> {
  const rows = database.all<{ id: number; name: string; className: string | null }>(
    `SELECT image_id AS id, origins.name, classes.name AS className FROM origins
     LEFT JOIN classes ON classes.id = said_class ORDER BY origins.id`,
  );
  const names = new Map<number, PictureMarks['otherNames']>();
  for (const { id, ...name } of rows) {
    const before = names.get(id);
    if (before === undefined) names.set(id, [name]);
    else before.push(name);
  }
  return names;
}

/** What is asked about pictures. */
export function images(database: Database) {
  const lists = new PictureLists(database);
  return {
    lists,

    summary: untilChanged(database, (): DatasetSummary => {
      const counts = database.get<Counts>(
        `SELECT count(*) AS images, count(class_id) AS labeled, count(*) - count(class_id) AS unlabeled,
           count(*) FILTER (WHERE split = 'train') AS train, count(*) FILTER (WHERE split = 'val') AS val,
           count(*) FILTER (WHERE split = 'test') AS test, count(*) - count(split) AS unassigned,
           (SELECT count(*) FROM images WHERE deleted = 0 AND excluded = 1) AS excluded,
           (SELECT count(*) FROM referenced_files JOIN images AS referring ON referring.id = image_id
            WHERE referring.deleted = 0) AS referenced,
           (SELECT count(*) FROM problems) AS problemCount
         FROM images WHERE deleted = 0`,
      );
      const problems = database.all<{ path: string; reason: string }>(
        'SELECT path, reason FROM problems ORDER BY id DESC LIMIT ?',
        shownProblems,
      );
      const entries = database.all<{ undone: number }>('SELECT DISTINCT undone FROM journal');
      // By itself SQLite walks all pictures in the order of an index that has nothing to do with tags.
      const tags = database.all<{ name: string; count: number }>(
        `SELECT tag.value AS name, count(*) AS count FROM images INDEXED BY tagged_images, json_each(images.tags) AS tag
         WHERE deleted = 0 AND tags <> '[]' GROUP BY tag.value ORDER BY tag.value`,
      );
      const project = database.get<{ locked: 0 | 1; run: string | null }>(
        'SELECT test_locked AS locked, predicted_by AS run FROM project',
      );
      return {
        ...(counts as NonNullable<typeof counts>),
        excluded: counts?.excluded ?? 0,
        testLocked: project?.locked === 1,
        tags: tags.map((row) => ({ ...row })),
        predictedBy: project?.run ?? null,
        problems: problems.map((row) => ({ ...row })),
        canUndo: entries.some(({ undone }) => undone === 0),
        canRedo: entries.some(({ undone }) => undone === 1),
      };
    }),

    images(filter: ImageFilter, offset: number, limit: number): { total: number; images: ImageRow[] } {
      const { ids } = lists.of(filter);
      const rows = database.all<RawRow>(
        `SELECT ${rowColumns} FROM json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value
         ORDER BY wanted.key`,
        JSON.stringify(ids.slice(offset, offset + limit)),
      );
      return { total: ids.length, images: rows.map(toRow) };
    },

    imageIds: (filter: ImageFilter): number[] => [...lists.of(filter).ids],

    groups: (filter: ImageFilter): ImageGroup[] =>
      namedGroups(database, lists.of(filter).groups, filter.group),

    /** Throws `imageNotFound`. */
    details(imageId: number): Omit<ImageDetails, 'original'> & { reference: ReferencedPicture | null } {
      const row = database.get<{
        bytes: number;
        brightness: number | null;
        sharpness: number | null;
        date: number;
        isTaken: 0 | 1;
        loss: number | null;
        twins: number | null;
        hash: string;
        path: string | null;
      }>(
        `SELECT bytes, brightness, sharpness, ${dateSql} AS date, taken_at IS NOT NULL AS isTaken, loss, twins, hash, path
         FROM images LEFT JOIN referenced_files ON image_id = id WHERE id = ? AND deleted = 0`,
        imageId,
      );
      if (row === undefined) throw new TesseraError('imageNotFound', { image: imageId });
      const names = database.all<{ name: string }>(
        'SELECT name FROM origins WHERE image_id = ? ORDER BY id',
        imageId,
      );
      const twins = database.all<{ id: number }>(
        'SELECT id FROM images WHERE twins = ? AND deleted = 0 AND id <> ? ORDER BY id',
        row.twins,
        imageId,
      );
      const { path, hash, ...known } = row;
      return {
        ...known,
        id: imageId,
        reference: path === null ? null : { imageId, hash, path, bytes: row.bytes },
        isTaken: row.isTaken === 1,
        otherNames: names.map(({ name }) => name),
        twins: twins.map(({ id }) => id),
      };
    },

    /** Also of a deleted picture: it may come back. */
    imageHash(imageId: number): string | null {
      return database.get<{ hash: string }>('SELECT hash FROM images WHERE id = ?', imageId)?.hash ?? null;
    },

    /** Up to `count` pictures, the classes taking turns; pictures without a label come last. */
    mosaic: untilChanged(database, (count: number): number[] => {
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
    }),

    /**
     * Every labeled picture with a split that is not excluded, by id. `classes` are those that have any, by position: a network is not
     * given an output for a class that nothing can teach it.
     */
    manifest(): { classes: string[]; entries: (ManifestEntry & { name: string })[] } {
      const rows = database.all<{ id: number; hash: string; name: string; classId: number; split: Split }>(
        `SELECT id, hash, name, class_id AS classId, split FROM images
         WHERE deleted = 0 AND excluded = 0 AND class_id IS NOT NULL AND split IS NOT NULL ORDER BY id`,
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
      const rows = database.all<PortableRow>(
        `SELECT images.id, hash, images.name, classes.name AS className, split, note, tags, excluded FROM images
         LEFT JOIN classes ON classes.id = class_id WHERE deleted = 0 ORDER BY images.id`,
      );
      const names = otherNames(database);
      const pictures = rows.map(({ id, note, tags, excluded, ...picture }) => {
        const marks: PictureMarks = {
          note,
          tags: tags === '[]' ? [] : (JSON.parse(tags) as string[]),
          excluded: excluded === 1,
          otherNames: names.get(id) ?? [],
        };
        return { ...picture, ...(hasMarks(marks) && { marks }) };
      });
      return { classes: portableClasses(database), pictures };
    },

    knownPictures(): KnownPictures | undefined {
      const rows = database.all<{ hash: string; width: number; height: number; channels: number }>(
        'SELECT hash, width, height, channels FROM images WHERE deleted = 0',
      );
      if (rows.length === 0) return undefined;
      return {
        hashes: rows.map(({ hash }) => hash).join(''),
        shapes: Uint32Array.from(rows.flatMap(({ width, height, channels }) => [width, height, channels])),
      };
    },

    /** Every living picture that is not excluded, by id. */
    pictureContents: ({
      skipTest,
    }: {
      skipTest: boolean;
    }): { imageId: number; hash: string; classId: number | null }[] =>
      database
        .all<{ imageId: number; hash: string; classId: number | null }>(
          `SELECT id AS imageId, hash, class_id AS classId FROM images
           WHERE deleted = 0 AND excluded = 0 ${skipTest ? `AND split IS NOT 'test'` : ''} ORDER BY id`,
        )
        .map((row) => ({ ...row })),

    channels(): 1 | 3 {
      const colored = database.get('SELECT 1 FROM images WHERE deleted = 0 AND channels = 3 LIMIT 1');
      return colored === undefined ? 1 : 3;
    },
  };
}
