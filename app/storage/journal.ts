import { TesseraError, type JournalEntry, type Split } from '../contract/index.ts';
import {
  classEffect,
  sides,
  summarise,
  type ClassAction,
  type Direction,
  type PictureAction,
} from '../core/labeling/journal.ts';
import type { Database } from './database.ts';

/** Which column of `images` an action on pictures changes. */
const columns: Record<PictureAction, 'class_id' | 'split' | 'deleted'> = {
  label: 'class_id',
  split: 'split',
  deleteImages: 'deleted',
};

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
  values: Iterable<readonly [imageId: number, value: number | Split | null]>,
  summary: string,
): number {
  const id = insertEntry(database, kind, summary, null);
  const { changes } = database.run(
    `INSERT OR IGNORE INTO journal_changes (entry_id, image_id, before, after)
     SELECT ?, images.id, images.${columns[kind]}, wanted.value ->> 1
     FROM json_each(?) AS wanted CROSS JOIN images ON images.id = wanted.value ->> 0
     WHERE images.${columns[kind]} IS NOT wanted.value ->> 1`,
    id,
    JSON.stringify([...values]),
  );
  if (changes === 0) {
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

function perform(database: Database, entry: EntryRow, direction: Direction): void {
  if (entry.kind === 'createClass' || entry.kind === 'renameClass') {
    performOnClasses(database, JSON.parse(entry.class_action ?? 'null') as ClassAction, direction);
  } else {
    performOnPictures(database, entry.id, entry.kind, direction);
  }
}

function performOnPictures(
  database: Database,
  entryId: number,
  kind: PictureAction,
  direction: Direction,
): void {
  const column = columns[kind];
  const { from, to } = sides(direction);
  database.run(
    `UPDATE images SET ${column} = change.${to}
     FROM (SELECT * FROM journal_changes WHERE entry_id = ?) AS change
     WHERE images.id = change.image_id AND images.${column} IS change.${from}
       AND ${kind === 'deleteImages' ? noLiveTwin : 'true'}`,
    entryId,
  );
}

/** A deleted picture that was imported again since lives on as the new one. */
const noLiveTwin = `(images.deleted = 0
  OR NOT EXISTS (SELECT 1 FROM images AS twin WHERE twin.hash = images.hash AND twin.deleted = 0))`;

/** Leaves alone what an import relies on by now: a class that has its pictures, a name that is taken. */
function performOnClasses(database: Database, action: ClassAction, direction: Direction): void {
  const effect = classEffect(action, direction);
  switch (effect.kind) {
    case 'add':
      database.run(
        'INSERT OR IGNORE INTO classes (id, name, color, position) VALUES (?, ?, ?, ?)',
        effect.id,
        effect.name,
        effect.color,
        effect.position,
      );
      return;
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
  }
}

function toEntry({ id, at, images, kind, summary, undone }: EntryRow): JournalEntry {
  return { id, at, images, kind, summary, undone: undone === 1 };
}
