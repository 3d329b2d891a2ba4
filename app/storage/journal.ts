import { TesseraError, type JournalEntry } from '../contract/index.ts';
import {
  classEffect,
  sides,
  summarise,
  type ClassAction,
  type ClassEffect,
  type Direction,
  type PictureAction,
} from '../core/labeling/journal.ts';
import type { Database } from './database.ts';

/** Which column of `images` an action on pictures changes. */
const columns: Record<PictureAction, 'class_id' | 'split' | 'deleted' | 'excluded' | 'note' | 'tags'> = {
  label: 'class_id',
  acceptSuggestions: 'class_id',
  mergeClasses: 'class_id',
  deleteClass: 'class_id',
  split: 'split',
  deleteImages: 'deleted',
  exclude: 'excluded',
  note: 'note',
  tags: 'tags',
};
/** These do not touch what a network learns or is judged by. */
const harmless: ReadonlySet<PictureAction> = new Set(['note', 'tags']);

const isPictureAction = (kind: JournalEntry['kind']): kind is PictureAction => Object.hasOwn(columns, kind);

interface EntryRow {
  id: number;
  at: number;
  kind: JournalEntry['kind'];
  images: number;
  summary: string;
  class_action: string | null;
  undone: 0 | 1;
}

/** The label journal, which is the undo log: undone entries at its end are what redo does again. */
export function journal(database: Database) {
  const step = (direction: Direction): JournalEntry =>
    database.transaction(() => {
      const entry = nextEntry(database, direction);
      perform(database, entry, direction);
      const undone = direction === 'undo' ? 1 : 0;
      database.run('UPDATE journal SET undone = ? WHERE id = ?', undone, entry.id);
      return toEntry({ ...entry, undone });
    });
  return {
    /** Throws `nothingToUndo`. */
    undo: (): JournalEntry => step('undo'),

    /** Throws `nothingToRedo`. */
    redo: (): JournalEntry => step('redo'),

    /** The newest first. */
    history(limit: number): JournalEntry[] {
      return database.all<EntryRow>('SELECT * FROM journal ORDER BY id DESC LIMIT ?', limit).map(toEntry);
    },
  };
}

/**
 * Gives pictures new values, as one entry that can be undone. Pictures that have their value already are no part of
 * it; without any other nothing is recorded. Gives the number of pictures changed. Inside a transaction.
 */
export function recordPictures(
  database: Database,
  kind: PictureAction,
  values: Iterable<readonly [imageId: number, value: number | string | null]>,
  summary: string,
): number {
  return recordEntry(database, kind, values, summary, null);
}

/**
 * Labels the pictures of a class anew and then takes the class away, as one entry. Inside a transaction; gives the number
 * of pictures changed.
 */
export function recordRemovedClass(
  database: Database,
  action: Extract<ClassAction, { kind: 'mergeClasses' | 'deleteClass' }>,
  into: number | null,
): number {
  const ids = database.all<{ id: number }>('SELECT id FROM images WHERE class_id = ?', action.removed.id);
  const values = ids.map(({ id }) => [id, into] as const);
  const changes = recordEntry(database, action.kind, values, summarise(action), action);
  performOnClasses(database, classEffect(action, 'redo'));
  return changes;
}

function recordEntry(
  database: Database,
  kind: PictureAction,
  values: Iterable<readonly [imageId: number, value: number | string | null]>,
  summary: string,
  classAction: ClassAction | null,
): number {
  const id = insertEntry(database, kind, summary, classAction && JSON.stringify(classAction));
  const { changes } = database.run(
    `INSERT OR IGNORE INTO journal_changes (entry_id, image_id, before, after)
     SELECT ?, images.id, images.${columns[kind]}, wanted.value ->> 1
     FROM json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value ->> 0
     WHERE images.${columns[kind]} IS NOT wanted.value ->> 1`,
    id,
    JSON.stringify([...values]),
  );
  if (changes === 0 && classAction === null) {
    database.run('DELETE FROM journal WHERE id = ?', id);
    return 0;
  }
  dropRedoTail(database);
  database.run('UPDATE journal SET images = ? WHERE id = ?', changes, id);
  performOnPictures(database, id, kind, 'redo');
  return changes;
}

/** Remembers an action on classes that has just been done. Inside a transaction. */
export function recordClass(database: Database, action: ClassAction): void {
  dropRedoTail(database);
  insertEntry(database, action.kind, summarise(action), JSON.stringify(action));
}

/** Whatever was undone cannot be done again once something new has been done. */
export function dropRedoTail(database: Database): void {
  database.run('DELETE FROM journal WHERE undone = 1');
}

/** Takes out what was done to the pictures of an import; an entry that touched no others goes as a whole. */
export function forgetImported(database: Database, importId: number): void {
  database.run(
    'DELETE FROM journal_changes WHERE image_id IN (SELECT id FROM images WHERE import_id = ?)',
    importId,
  );
  database.run(
    `DELETE FROM journal WHERE class_action IS NULL
     AND NOT EXISTS (SELECT 1 FROM journal_changes WHERE entry_id = journal.id)`,
  );
}

function insertEntry(
  database: Database,
  kind: JournalEntry['kind'],
  summary: string,
  classAction: string | null,
): number {
  return database.run(
    'INSERT INTO journal (at, kind, images, summary, class_action) VALUES (?, ?, 0, ?, ?)',
    Date.now(),
    kind,
    summary,
    classAction,
  ).id;
}

/** The newest entry that was not undone, or the oldest that was. */
function nextEntry(database: Database, direction: Direction): EntryRow {
  const entry =
    direction === 'undo'
      ? database.get<EntryRow>('SELECT * FROM journal WHERE undone = 0 ORDER BY id DESC LIMIT 1')
      : database.get<EntryRow>('SELECT * FROM journal WHERE undone = 1 ORDER BY id LIMIT 1');
  if (entry === undefined) throw new TesseraError(direction === 'undo' ? 'nothingToUndo' : 'nothingToRedo');
  return entry;
}

/** A class is there before its pictures get it back, and goes after they have left it. */
function perform(database: Database, entry: EntryRow, direction: Direction): void {
  const action = JSON.parse(entry.class_action ?? 'null') as ClassAction | null;
  const effect = action && classEffect(action, direction);
  if (effect?.kind === 'add') performOnClasses(database, effect);
  if (isPictureAction(entry.kind)) performOnPictures(database, entry.id, entry.kind, direction);
  if (effect && effect.kind !== 'add') performOnClasses(database, effect);
}

function performOnPictures(
  database: Database,
  entryId: number,
  kind: PictureAction,
  direction: Direction,
): void {
  const column = columns[kind];
  const { from, to } = sides(direction);
  if (!harmless.has(kind)) refuseLockedTest(database, entryId, to, column);
  database.run(
    `UPDATE images SET ${column} = change.${to}
     FROM (SELECT * FROM journal_changes WHERE entry_id = ?) AS change
     WHERE images.id = change.image_id AND images.${column} IS change.${from}
       AND ${conditions[column]?.replaceAll('$to', `change.${to}`) ?? 'true'}`,
    entryId,
  );
}

/** Throws `testLocked` where the test pictures are locked and the entry would change one, or the set itself. */
function refuseLockedTest(database: Database, entryId: number, to: 'before' | 'after', column: string): void {
  const touched = database.get(
    `SELECT 1 FROM project JOIN journal_changes AS change ON entry_id = ? JOIN images ON images.id = image_id
     WHERE test_locked = 1 AND (images.split = 'test' OR (? = 'split' AND change.${to} = 'test')) LIMIT 1`,
    entryId,
    column,
  );
  if (touched !== undefined) throw new TesseraError('testLocked');
}

/** What must hold for a picture to get a value back; `$to` is that value. */
const conditions: Readonly<Record<string, string>> = {
  // A deleted picture that was imported again since lives on as the new one.
  deleted: `(images.deleted = 0
    OR NOT EXISTS (SELECT 1 FROM images AS twin WHERE twin.hash = images.hash AND twin.deleted = 0))`,
  // A class that could not come back: its name belongs to another by now.
  class_id: '($to IS NULL OR EXISTS (SELECT 1 FROM classes WHERE classes.id = $to))',
};

/** Leaves alone what an import relies on by now: a class that has its pictures, a name that is taken. */
function performOnClasses(database: Database, effect: ClassEffect): void {
  switch (effect.kind) {
    case 'add': {
      const { id, name, color, position, key = null, description = '', isNone = false } = effect.added;
      database.run(
        `INSERT OR IGNORE INTO classes (id, name, color, position, key, description, is_none)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        id,
        name,
        color,
        position,
        key,
        description,
        isNone ? 1 : 0,
      );
      return;
    }
    case 'remove':
      database.run(
        'DELETE FROM classes WHERE id = ? AND NOT EXISTS (SELECT 1 FROM images WHERE class_id = classes.id)',
        effect.id,
      );
      return;
    case 'rename':
      database.run(
        'UPDATE OR IGNORE classes SET name = ? WHERE id = ? AND name = ?',
        effect.to,
        effect.id,
        effect.from,
      );
      return;
    case 'change':
      database.run(
        `UPDATE classes SET ${effect.field} = ? WHERE id = ? AND ${effect.field} IS ?`,
        effect.to,
        effect.id,
        effect.from,
      );
      return;
    case 'reorder':
      orderClasses(database, effect.ids);
  }
}

/** These first, in this order; classes that came since stay behind them. */
export function orderClasses(database: Database, ids: readonly number[]): void {
  const known = database.all<{ id: number }>('SELECT id FROM classes ORDER BY position, id');
  const rest = known.filter(({ id }) => !ids.includes(id)).map(({ id }) => id);
  [...ids, ...rest].forEach((id, position) => {
    database.run('UPDATE classes SET position = ? WHERE id = ?', position, id);
  });
}

function toEntry({ id, at, images, kind, summary, undone }: EntryRow): JournalEntry {
  return { id, at, images, kind, summary, undone: undone === 1 };
}
