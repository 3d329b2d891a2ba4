import { TesseraError, type ClassInfo } from '../contract/index.ts';
import { cleanClassName } from '../core/dataset/classes.ts';
import type { ClassField } from '../core/labeling/journal.ts';
import { classInfo, className, freeClassName, insertClass, keptClass, listClasses } from './classes.ts';
import type { Database } from './database.ts';
import { orderClasses, recordClass, recordRemovedClass } from './journal.ts';

/** What the person does to classes. Each is one transaction and one entry of the journal. */
export function classChanges(database: Database) {
  const set = (classId: number, field: ClassField, after: string | number | null): void => {
    const { name, [field]: before } = keptClass(database, classId);
    if (before === after) return;
    database.run(`UPDATE classes SET ${field} = ? WHERE id = ?`, after, classId);
    recordClass(database, { kind: 'changeClass', id: classId, name, field, before, after });
  };
  return {
    /** Throws `classExists`; `invalidInput` for an empty name. */
    createClass(name: string, isNone = false): ClassInfo {
      return database.transaction(() => {
        const { id } = insertClass(database, freeClassName(database, name), null, isNone);
        recordClass(database, { kind: 'createClass', ...keptClass(database, id) });
        return classInfo(database, id);
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

    /** Throws `classNotFound`; `keyTaken` where another class was given that key. */
    changeClass(
      classId: number,
      change: {
        color?: number | undefined;
        description?: string | undefined;
        key?: string | null | undefined;
      },
    ): ClassInfo {
      return database.transaction(() => {
        if (change.key !== undefined && change.key !== null) {
          refuseTakenKey(database, classId, change.key);
        }
        for (const field of ['color', 'description', 'key'] as const) {
          const after = change[field];
          if (after !== undefined) set(classId, field, typeof after === 'string' ? after.trim() : after);
        }
        return classInfo(database, classId);
      });
    },

    /** `classIds` first, in this order. Throws `classNotFound`. */
    reorderClasses(classIds: number[]): ClassInfo[] {
      return database.transaction(() => {
        const before = listClasses(database).map(({ id }) => id);
        const unknown = classIds.find((id) => !before.includes(id));
        if (unknown !== undefined) throw new TesseraError('classNotFound', { name: unknown });
        orderClasses(database, classIds);
        const after = listClasses(database).map(({ id }) => id);
        if (after.some((id, at) => id !== before[at])) {
          recordClass(database, { kind: 'reorderClasses', before, after });
        }
        return listClasses(database);
      });
    },

    /** Gives the number of pictures changed. Throws `classNotFound`, `testLocked`; `invalidInput` for one class twice. */
    mergeClasses(classId: number, into: number): number {
      if (classId === into) {
        throw new TesseraError('invalidInput', { what: 'Merging', reason: 'it is the same class twice' });
      }
      return database.transaction(() =>
        recordRemovedClass(
          database,
          {
            kind: 'mergeClasses',
            removed: keptClass(database, classId),
            into: className(database, into),
          },
          into,
        ),
      );
    },

    /** Its pictures stay, without a label. Throws `classNotFound`, `testLocked`. */
    deleteClass(classId: number): number {
      return database.transaction(() =>
        recordRemovedClass(
          database,
          { kind: 'deleteClass', removed: keptClass(database, classId), into: null },
          null,
        ),
      );
    },
  };
}

/** Throws `keyTaken` where the person gave that key to another class. */
function refuseTakenKey(database: Database, classId: number, key: string): void {
  const other = database.get<{ name: string }>(
    'SELECT name FROM classes WHERE key = ? AND id <> ?',
    key,
    classId,
  );
  if (other !== undefined) throw new TesseraError('keyTaken', { key: key.toUpperCase(), name: other.name });
}
