import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { Database } from '../../app/storage/database.ts';
import { databaseFile, snapshotsFolder } from '../../app/storage/files.ts';
import { firstSchema } from '../../app/storage/migrations/001-first-schema.ts';
import {
  applicationId,
  databaseVersion,
  migrate,
  newestVersion,
} from '../../app/storage/migrations/index.ts';
import { stores, temporaryFolder, tracked } from './support.ts';

/** A project of the very first Tessera, with three labeled pictures. */
function oldProject(): string {
  const folder = join(temporaryFolder(), 'old');
  mkdirSync(folder);
  using database = new Database(folder, databaseFile(folder));
  database.script(`PRAGMA application_id = ${applicationId}`);
  migrate(database, [firstSchema]);
  database.script(`
    INSERT INTO project VALUES (1, 'old', 'Old');
    INSERT INTO imports (id, begun_at, finished_at) VALUES (1, 0, 0);
    INSERT INTO classes (id, name, color, position) VALUES (1, 'leaf', 0, 0);
    INSERT INTO images (hash, name, folded_name, class_id, split, width, height, channels, bytes, import_id)
    SELECT printf('%064x', value), value || '.png', value || '.png', 1, 'train', 1, 1, 1, 1, 1
    FROM json_each('[1, 2, 3]');
  `);
  return folder;
}

it('an old project is kept as a snapshot before it is brought up to date', async () => {
  const folder = oldProject();
  const project = tracked(stores.open(folder));
  expect(project.summary()).toMatchObject({ images: 3, labeled: 3 });
  expect(project.classes()).toMatchObject([{ name: 'leaf', total: 3 }]);
  const [name = ''] = readdirSync(snapshotsFolder(folder));
  expect(name).toMatch(/-migration\.db$/);
  const old = new DatabaseSync(join(snapshotsFolder(folder), name), { readOnly: true });
  expect(old.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
  old.close();
  // The old one can be restored: it is brought up to date on the way.
  project.label([1], null);
  expect(await project.snapshotDifference(name)).toMatchObject({ relabeled: 1, added: 0 });
  await project.restoreSnapshot(name);
  expect(project.summary()).toMatchObject({ images: 3, labeled: 3 });
  expect(project.label([1], null)).toBe(1);
});

it('is looked at in a copy where it cannot be written', () => {
  const folder = oldProject();
  const project = tracked(stores.openReadOnly(folder, 'locked'));
  expect(project.summary().images).toBe(3);
  const connection = new DatabaseSync(databaseFile(folder), { readOnly: true });
  expect(connection.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
  connection.close();
});

it('a step that fails takes back all of them', () => {
  const folder = oldProject();
  using database = new Database(folder, databaseFile(folder));
  const broken = [
    firstSchema,
    { version: 2, sql: 'CREATE TABLE two (a)' },
    { version: 3, sql: 'CREATE TABLE two (a)' },
  ];
  expect(() => migrate(database, broken)).toThrow();
  expect(databaseVersion(database)).toBe(1);
  expect(database.get(`SELECT 1 FROM sqlite_schema WHERE name = 'two'`)).toBeUndefined();
  migrate(database);
  expect(databaseVersion(database)).toBe(newestVersion);
});
