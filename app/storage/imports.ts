import type { Split } from '../contract/index.ts';
import { cleanClassName } from '../core/dataset/classes.ts';
import type { PictureMarks, PortableClass } from '../core/dataset/portable.ts';
import type { NewImage, SkippedFile } from '../core/tasks.ts';
import { findClass, insertClass, orderImportedClasses } from './classes.ts';
import type { Database } from './database.ts';
import { imageFile, renderedFile, thumbnailFile } from './files.ts';
import { foldName } from './image-filter.ts';
import { splitImported } from './import-splits.ts';
import { forgetImported } from './journal.ts';
import { findTwins, storeFingerprint } from './measures.ts';
import { markUnused, removeIfPossible } from './originals.ts';
import { referTo } from './references.ts';
import { isTestLocked } from './test-lock.ts';

type StoredTwin = { id: number; class_id: number | null; split: Split | null };

/** What an import does to the database: chunk by chunk, then finished or taken back. */
export function imports(database: Database) {
  return {
    beginImport(): number {
      return database.transaction(
        () => database.run('INSERT INTO imports (begun_at) VALUES (?)', Date.now()).id,
      );
    },

    addImages(
      importId: number,
      images: NewImage[],
      skipped: SkippedFile[],
    ): { added: number; duplicates: number } {
      return database.transaction(() => {
        let added = 0;
        const classOf = classesOf(database, importId);
        for (const image of images) if (addImage(database, importId, image, classOf)) added++;
        for (const { path, reason } of skipped) {
          database.run(
            'INSERT INTO problems (import_id, path, reason) VALUES (?, ?, ?)',
            importId,
            path,
            reason,
          );
        }
        if (images.some(({ split }) => split !== null)) {
          database.run('UPDATE imports SET has_splits = 1 WHERE id = ?', importId);
        }
        return { added, duplicates: images.length - added };
      });
    },

    rollbackImport(importId: number): void {
      const hashes = database.transaction(() => rollback(database, importId));
      markUnused(database.projectPath);
      for (const hash of hashes) {
        for (const file of [imageFile, thumbnailFile, renderedFile]) {
          removeIfPossible(file(database.projectPath, hash));
        }
      }
    },

    finishImport(importId: number, exported?: { classes: PortableClass[] }): void {
      database.transaction(() => {
        if (exported === undefined) {
          finish(database, importId);
          return;
        }
        orderImportedClasses(database, importId, exported.classes);
        findTwins(database);
        close(database, importId);
      });
    },
  };
}

/** An import that a crash cut short is kept as far as it came: the person may have labeled its pictures since. True where there was one. */
export function finishAbandonedImports(database: Database): boolean {
  return database.transaction(() => {
    const open = database.all<{ id: number }>('SELECT id FROM imports WHERE finished_at IS NULL ORDER BY id');
    for (const { id } of open) finish(database, id);
    return open.length > 0;
  });
}

function finish(database: Database, importId: number): void {
  // Before the split: what shows the same must not be torn apart.
  findTwins(database);
  splitImported(database, importId);
  close(database, importId);
}

function close(database: Database, importId: number): void {
  database.run('UPDATE imports SET finished_at = ? WHERE id = ?', Date.now(), importId);
}

/** True when the picture is new to the project; false when it joined the one that has the same bytes. */
function addImage(database: Database, importId: number, image: NewImage, classOf: ClassOf): boolean {
  const classId = classOf(image.className);
  const { measures = null } = image;
  const { id, changes } = database.run(
    `INSERT INTO images
       (hash, name, folded_name, class_id, split, width, height, channels, bytes, import_id, brightness,
        sharpness, taken_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (hash) WHERE deleted = 0 DO NOTHING`,
    image.hash,
    image.name,
    foldName(image.name),
    classId,
    // To a locked test set nothing is added.
    image.split === 'test' && isTestLocked(database) ? null : image.split,
    image.width,
    image.height,
    image.channels,
    image.bytes,
    importId,
    measures?.brightness ?? null,
    measures?.sharpness ?? null,
    measures?.takenAt ?? null,
  );
  if (changes === 0) {
    joinTwin(database, importId, image, classId);
    return false;
  }
  if (measures !== null) storeFingerprint(database, id, measures.fingerprint);
  if (image.reference !== undefined) referTo(database, id, image.reference);
  if (image.marks) storeMarks(database, importId, id, image.marks, classOf);
  return true;
}

function storeMarks(
  database: Database,
  importId: number,
  id: number,
  { note, tags, excluded, otherNames }: PictureMarks,
  classOf: ClassOf,
): void {
  database.run(
    'UPDATE images SET note = ?, tags = ?, excluded = ? WHERE id = ?',
    note,
    JSON.stringify(tags),
    excluded ? 1 : 0,
    id,
  );
  for (const { name, className } of otherNames) {
    database.run(
      'INSERT INTO origins (image_id, import_id, name, said_class) VALUES (?, ?, ?, ?)',
      id,
      importId,
      name,
      classOf(className),
    );
  }
}

/** The name is kept; a label, and a split beside it, are taken where the stored picture has none. */
function joinTwin(database: Database, importId: number, image: NewImage, classId: number | null): void {
  const twin = database.get<StoredTwin>(
    'SELECT id, class_id, split FROM images WHERE hash = ? AND deleted = 0',
    image.hash,
  ) as StoredTwin;
  joinReference(database, twin.id, image.reference);
  const givenClass = twin.class_id === null ? classId : null;
  const givenSplit = givenClass !== null && twin.split === null ? image.split : null;
  database.run(
    `INSERT INTO origins (image_id, import_id, name, given_class, given_split, said_class)
     VALUES (?, ?, ?, ?, ?, ?)`,
    twin.id,
    importId,
    image.name,
    givenClass,
    givenSplit,
    classId,
  );
  if (givenClass === null) return;
  database.run(
    'UPDATE images SET class_id = ?, split = coalesce(split, ?) WHERE id = ?',
    givenClass,
    givenSplit,
    twin.id,
  );
}

/** A picture that was copied needs no other file any more; one that was found elsewhere is read from there. */
function joinReference(database: Database, imageId: number, path: string | undefined): void {
  if (path === undefined) database.run('DELETE FROM referenced_files WHERE image_id = ?', imageId);
  else database.run('UPDATE referenced_files SET path = ? WHERE image_id = ?', path, imageId);
}

/** The class of a name as its source spells it, made where there is none; null for no name. */
type ClassOf = (raw: string | null) => number | null;

/** Within one transaction: thousands of pictures have a dozen classes. */
function classesOf(database: Database, importId: number): ClassOf {
  const known = new Map<string, number | null>();
  return (raw) => {
    if (raw === null) return null;
    const before = known.get(raw);
    if (before !== undefined) return before;
    const name = cleanClassName(raw);
    const id = name === null ? null : (findClass(database, name) ?? insertClass(database, name, importId)).id;
    known.set(raw, id);
    return id;
  };
}

/** Gives the hashes whose files no picture needs any more. */
function rollback(database: Database, importId: number): string[] {
  const orphans = database.all<{ hash: string }>(
    `SELECT hash FROM images WHERE import_id = ?1
     AND hash NOT IN (SELECT hash FROM images WHERE import_id <> ?1)`,
    importId,
  );
  forgetImported(database, importId);
  for (const sql of rollbackSteps) database.run(sql, importId);
  return orphans.map(({ hash }) => hash);
}

/** In this order; `?1` is the import. */
const rollbackSteps = [
  // What the import lent to pictures that were there before.
  `UPDATE images SET class_id = NULL FROM origins
   WHERE origins.import_id = ?1 AND origins.image_id = images.id AND images.class_id = origins.given_class`,
  `UPDATE images SET split = NULL FROM origins
   WHERE origins.import_id = ?1 AND origins.image_id = images.id AND images.split = origins.given_split`,
  // Its pictures, and the names under which stored ones arrived.
  'DELETE FROM origins WHERE import_id = ?1',
  'DELETE FROM images WHERE import_id = ?1',
  // Its classes, unless another import or the person has used them since.
  `DELETE FROM classes WHERE import_id = ?1
   AND NOT EXISTS (SELECT 1 FROM images WHERE class_id = classes.id)
   AND NOT EXISTS (
     SELECT 1 FROM journal_changes JOIN journal ON journal.id = entry_id
     WHERE kind = 'label' AND classes.id IN (before, after)
   )`,
  'UPDATE classes SET import_id = NULL WHERE import_id = ?1',
  'DELETE FROM imports WHERE id = ?1',
];
