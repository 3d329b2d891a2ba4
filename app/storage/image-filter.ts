import type { SQLInputValue } from 'node:sqlite';
import type { ImageFilter, ImageGrouping, ImageSort } from '../contract/index.ts';
import { problemSql } from './problem-sql.ts';

/** An `ImageFilter` as the parts of a query over `images`; values in the order of their question marks. */
export interface FilterSql {
  from: string;
  where: string;
  order: string;
  /** What says to which group a picture belongs; null where nothing is grouped. */
  group: string | null;
  values: SQLInputValue[];
}

/** What a query needs to know of the whole project. */
export interface FilterContext {
  /** Shorter side of the picture in the middle, pixels. */
  readonly usualSide: number;
}

/** Of pictures that are not deleted: in the order asked for, else in that of `ids` where these are given, else by id. */
export function filterSql(filter: ImageFilter, context: FilterContext): FilterSql {
  const conditions = ['images.deleted = 0'];
  const values: SQLInputValue[] = [];
  const must = (condition: string, ...given: SQLInputValue[]): void => {
    conditions.push(condition);
    values.push(...given);
  };
  const equal = (column: string, wanted: SQLInputValue | undefined): void => {
    if (wanted === undefined) return;
    if (wanted === null) must(`${column} IS NULL`);
    else must(`${column} = ?`, wanted);
  };
  const { ids, search, problem, disagrees, noted, excluded, tag, referenced, suggestedAbove, sort, group } =
    filter;
  if (ids !== undefined) values.push(JSON.stringify(ids));
  equal('images.class_id', filter.classId);
  equal('images.split', filter.split);
  equal('images.import_id', filter.importId);
  if (search !== undefined && search !== '') must('instr(images.folded_name, ?) > 0', foldName(search));
  if (problem !== undefined) must(...problemSql(problem, context));
  // Not by `<>`: a picture without a prediction, or without a label, is no disagreement either way.
  if (disagrees === true) must(disagreesSql);
  if (disagrees === false) must('images.predicted = images.class_id');
  if (noted !== undefined) must(`(images.note <> '') = ?`, noted ? 1 : 0);
  if (excluded !== undefined) must('images.excluded = ?', excluded ? 1 : 0);
  if (tag !== undefined) {
    must(
      `images.tags <> '[]' AND EXISTS (SELECT 1 FROM json_each(images.tags) WHERE value = ?)`,
      tag.normalize('NFC').trim(),
    );
  }
  if (referenced !== undefined) must(`${referencedSql} = ?`, referenced ? 1 : 0);
  if (suggestedAbove !== undefined) must(suggestedSql, suggestedAbove);
  return {
    // CROSS JOIN keeps SQLite from walking all pictures and looking each up in the list; NOT INDEXED from walking them in
    // the order of an index that has nothing to do with the one that is asked for.
    from:
      ids !== undefined
        ? 'json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value'
        : group !== undefined || sort === 'date' || sort === 'size'
          ? 'images NOT INDEXED'
          : 'images',
    where: conditions.join(' AND '),
    order: [
      ...(group === undefined || group === 'day' ? [] : [`${groupOrders[group]} ASC NULLS LAST`]),
      ...(sort === undefined && ids !== undefined ? ['wanted.key'] : []),
      ...sortSql(sort ?? 'added', filter.descending ?? false),
    ].join(', '),
    group: group === undefined ? null : groupKeys[group],
    values,
  };
}

/** Whether the original of a picture lies outside of the project. */
export const referencedSql =
  'EXISTS (SELECT 1 FROM referenced_files WHERE referenced_files.image_id = images.id)';

export const disagreesSql = `(images.predicted IS NOT NULL AND images.class_id IS NOT NULL
  AND images.predicted <> images.class_id)`;

/** Without a label, the model sure enough, and the class still there. */
const suggestedSql = `(images.class_id IS NULL AND images.confidence >= ?
  AND EXISTS (SELECT 1 FROM classes WHERE classes.id = images.predicted))`;

/** When a picture was taken, or else came into the project, ms since 1970. */
export const dateSql =
  'coalesce(images.taken_at, (SELECT begun_at FROM imports WHERE imports.id = images.import_id))';

const sortColumns: Readonly<Record<ImageSort, string>> = {
  added: 'images.id',
  name: 'images.folded_name',
  date: dateSql,
  size: 'images.width * images.height',
  brightness: 'images.brightness',
  sharpness: 'images.sharpness',
  // The best class is the least sure (Lewis and Gale 1994): its confidence, from below.
  uncertainty: 'images.confidence',
  loss: 'images.loss',
  teaches: 'images.confidence',
};

/** What is worth a look comes first by itself. */
const descendsByItself: ReadonlySet<ImageSort> = new Set(['loss']);

function sortSql(sort: ImageSort, turned: boolean): string[] {
  const direction = descendsByItself.has(sort) !== turned ? 'DESC' : 'ASC';
  if (sort === 'added') return [`images.id ${direction}`];
  return [`${sortColumns[sort]} ${direction} NULLS LAST`, 'images.id'];
}

/** What a group is known by. */
const groupKeys: Readonly<Record<ImageGrouping, string>> = {
  class: `coalesce(images.class_id, '')`,
  split: `coalesce(images.split, '')`,
  import: 'images.import_id',
  // A moment; which day that is here, and the order of the days, is found out in 'picture-lists'.
  day: dateSql,
  duplicates: `coalesce(images.twins, '')`,
};

const groupOrders: Readonly<Record<Exclude<ImageGrouping, 'day'>, string>> = {
  class: '(SELECT position FROM classes WHERE classes.id = images.class_id)',
  split: `CASE images.split WHEN 'train' THEN 0 WHEN 'val' THEN 1 WHEN 'test' THEN 2 END`,
  import: 'images.import_id',
  duplicates: 'images.twins',
};

/** A name or a search as they are compared: without case, composed. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
