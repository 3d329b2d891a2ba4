import type { SQLInputValue } from 'node:sqlite';
import type { ImageFilter } from '../contract/index.ts';

/** An `ImageFilter` as the parts of a query over `images`; values in the order of their question marks. */
export interface FilterSql {
  from: string;
  where: string;
  order: string;
  values: SQLInputValue[];
}

/** Of pictures that are not deleted: in the order of `ids` where these are given, else by id. */
export function filterSql({ classId, split, search, ids }: ImageFilter): FilterSql {
  const conditions = ['images.deleted = 0'];
  const values: SQLInputValue[] = [];
  const equal = (column: string, wanted: SQLInputValue | undefined): void => {
    if (wanted === undefined) return;
    conditions.push(wanted === null ? `${column} IS NULL` : `${column} = ?`);
    if (wanted !== null) values.push(wanted);
  };
  if (ids !== undefined) values.push(JSON.stringify(ids));
  equal('images.class_id', classId);
  equal('images.split', split);
  if (search !== undefined && search !== '') {
    conditions.push('instr(images.folded_name, ?) > 0');
    values.push(foldName(search));
  }
  return {
    // CROSS JOIN keeps SQLite from walking all pictures and looking each up in the list.
    from:
      ids === undefined ? 'images' : 'json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value',
    where: conditions.join(' AND '),
    order: ids === undefined ? 'images.id' : 'wanted.key',
    values,
  };
}

/** A name or a search as they are compared: without case, composed. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
