import { TesseraError, type ClassInfo } from '../contract/index.ts';
import { cleanClassName, nextClass, type ClassIdentity } from '../core/dataset/classes.ts';
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
export function insertClass(database: Database, name: string, importId: number | null): StoredClass {
  // A class that could be made again by redo might bear the same name.
  dropRedoTail(database);
  const last = database.get<{ position: number | null }>('SELECT max(position) AS position FROM classes');
  const identity = nextClass(name, last?.position ?? null);
  const { id } = database.run(
    'INSERT INTO classes (name, color, position, import_id) VALUES (?, ?, ?, ?)',
    identity.name,
    identity.color,
    identity.position,
    importId,
  );
  return { id, ...identity };
}

/** Every class by position, with the numbers of its pictures. */
export function listClasses(database: Database): ClassInfo[] {
  const rows = database.all<ClassInfo>(
    `SELECT classes.id, name, color, position, coalesce(total, 0) AS total,
       coalesce(train, 0) AS train, coalesce(val, 0) AS val, coalesce(test, 0) AS test
     FROM classes LEFT JOIN (
       SELECT class_id, count(*) AS total, sum(split IS 'train') AS train, sum(split IS 'val') AS val,
         sum(split IS 'test') AS test
       FROM images WHERE deleted = 0 GROUP BY class_id
     ) ON class_id = classes.id
     ORDER BY position`,
  );
  return rows.map((row) => ({ ...row }));
}

/** Throws `classNotFound`. */
export function classInfo(database: Database, classId: number): ClassInfo {
  const found = listClasses(database).find(({ id }) => id === classId);
  if (found === undefined) throw new TesseraError('classNotFound', { name: classId });
  return found;
}
