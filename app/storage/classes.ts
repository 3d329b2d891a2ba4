import { TesseraError, type ClassInfo } from '../contract/index.ts';
import { classKeys } from '../core/dataset/class-keys.ts';
import type { PortableClass } from '../core/dataset/portable.ts';
import { cleanClassName, nextClass, type ClassIdentity } from '../core/dataset/classes.ts';
import type { KeptClass } from '../core/labeling/journal.ts';
import type { Database } from './database.ts';
import { dropRedoTail } from './journal.ts';

export type StoredClass = ClassIdentity & { id: number };

/** The class of this very name, or undefined. */
export function findClass(database: Database, name: string): { id: number } | undefined {
  return database.get<{ id: number }>('SELECT id FROM classes WHERE name = ?', name);
}

/** Throws `classNotFound`. */
export function className(database: Database, classId: number): string {
  const row = database.get<{ name: string }>('SELECT name FROM classes WHERE id = ?', classId);
  if (row === undefined) throw new TesseraError('classNotFound', { name: classId });
  return row.name;
}

/** A name as a person typed it, cleaned and free. Throws `invalidInput` or `classExists`. */
export function freeClassName(database: Database, raw: string): string {
  const name = cleanClassName(raw);
  if (name === null) throw new TesseraError('invalidInput', { what: 'A class name', reason: 'it is empty' });
  if (findClass(database, name) !== undefined) throw new TesseraError('classExists', { name });
  return name;
}

/** Adds a class at the end. `importId` is null where a person makes it. */
export function insertClass(
  database: Database,
  name: string,
  importId: number | null,
  isNone = false,
): StoredClass {
  // A class that could be made again by redo might bear the same name.
  dropRedoTail(database);
  const last = database.get<{ position: number | null }>('SELECT max(position) AS position FROM classes');
  const identity = nextClass(name, last?.position ?? null);
  const { id } = database.run(
    'INSERT INTO classes (name, color, position, import_id, is_none) VALUES (?, ?, ?, ?, ?)',
    identity.name,
    identity.color,
    identity.position,
    importId,
    isNone ? 1 : 0,
  );
  return { id, ...identity };
}

/** Every class by position, with the numbers of its pictures. */
export function listClasses(database: Database): ClassInfo[] {
  const rows = database.all<Omit<ClassInfo, 'isNone'> & { isNone: 0 | 1 }>(
    `SELECT classes.id, name, color, position, key, description, is_none AS isNone, coalesce(total, 0) AS total,
       coalesce(train, 0) AS train, coalesce(val, 0) AS val, coalesce(test, 0) AS test
     FROM classes LEFT JOIN (
       SELECT class_id, count(*) AS total, sum(split IS 'train') AS train, sum(split IS 'val') AS val,
         sum(split IS 'test') AS test
       FROM images WHERE deleted = 0 GROUP BY class_id
     ) ON class_id = classes.id
     ORDER BY position`,
  );
  const keys = classKeys(rows.map(({ key }) => key));
  return rows.map((row, at) => ({ ...row, key: keys[at] ?? null, isNone: row.isNone === 1 }));
}

/** Every class by position, with all that a person gave to it. */
export function portableClasses(database: Database): PortableClass[] {
  const rows = database.all<{
    name: string;
    color: number;
    key: string | null;
    description: string;
    isNone: 0 | 1;
  }>('SELECT name, color, key, description, is_none AS isNone FROM classes ORDER BY position');
  return rows.map(({ name, color, key, description, isNone }) => ({
    name,
    color,
    ...(key !== null && { key }),
    ...(description !== '' && { description }),
    ...(isNone === 1 && { isNone: true }),
  }));
}

/** Throws `classNotFound`. */
export function classInfo(database: Database, classId: number): ClassInfo {
  const found = listClasses(database).find(({ id }) => id === classId);
  if (found === undefined) throw new TesseraError('classNotFound', { name: classId });
  return found;
}

/**
 * Puts the classes that an import has made into a given order, among themselves and behind those that were there before,
 * with the colours, keys and descriptions that they are given; those that no picture has brought are made.
 */
export function orderImportedClasses(
  database: Database,
  importId: number,
  classes: readonly PortableClass[],
): void {
  for (const { name: raw } of classes) {
    const name = cleanClassName(raw);
    if (name !== null && findClass(database, name) === undefined) insertClass(database, name, importId);
  }
  const made = database.all<{ id: number; name: string; position: number }>(
    'SELECT id, name, position FROM classes WHERE import_id = ? ORDER BY position',
    importId,
  );
  const place = new Map(classes.map(({ name }, index) => [cleanClassName(name), index]));
  const ordered = made.toSorted((a, b) => (place.get(a.name) ?? Infinity) - (place.get(b.name) ?? Infinity));
  ordered.forEach(({ id, name }, index) => {
    const before = index === 0 ? (made[0]?.position ?? 0) - 1 : (made[index - 1]?.position ?? 0);
    const { color, position } = nextClass('', before < 0 ? null : before);
    const given = classes[place.get(name) ?? -1];
    database.run(
      // A key that a class here has already stays with that one.
      `UPDATE classes SET position = ?1, color = ?2, description = ?3, is_none = ?4,
         key = (SELECT ?5 WHERE NOT EXISTS (SELECT 1 FROM classes WHERE key = ?5)) WHERE id = ?6`,
      position,
      given?.color ?? color,
      given?.description ?? '',
      given?.isNone === true ? 1 : 0,
      given?.key ?? null,
      id,
    );
  });
}

/** A class with all that a person gave to it, as the journal keeps it. Throws `classNotFound`. */
export function keptClass(database: Database, classId: number): Required<KeptClass> {
  const row = database.get<Omit<Required<KeptClass>, 'isNone'> & { isNone: 0 | 1 }>(
    'SELECT id, name, color, position, key, description, is_none AS isNone FROM classes WHERE id = ?',
    classId,
  );
  if (row === undefined) throw new TesseraError('classNotFound', { name: classId });
  return { ...row, isNone: row.isNone === 1 };
}
