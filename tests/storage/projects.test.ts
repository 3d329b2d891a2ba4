import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { databaseFile } from '../../app/storage/files.ts';
import {
  dump,
  expectError,
  importAll,
  newProject,
  picture,
  reopened,
  sha256,
  stores,
  temporaryFolder,
  tracked,
} from './support.ts';

const pragma = (file: string, name: string): unknown => {
  const connection = new DatabaseSync(file, { readOnly: true });
  const row = connection.prepare(`PRAGMA ${name}`).get();
  connection.close();
  return Object.values(row ?? {})[0];
};

describe('a new project', () => {
  it('has an id and a name that stay', () => {
    const project = newProject('  My pictures ');
    expect(project.name()).toBe('My pictures');
    const again = reopened(project);
    expect(again.id).toBe(project.id);
    again.rename(' Ours ');
    expect(reopened(again).name()).toBe('Ours');
  });

  it('says in its file that it is ours, and uses a write-ahead log', () => {
    const project = newProject();
    expect(pragma(databaseFile(project.path), 'application_id')).toBe(0x54657373);
    expect(pragma(databaseFile(project.path), 'journal_mode')).toBe('wal');
  });

  it('may be made in an empty folder, but not over files', () => {
    const folder = temporaryFolder();
    tracked(stores.create(folder, 'One'))[Symbol.dispose]();
    expectError(() => stores.create(folder, 'Two'), 'projectExists');

    const busy = temporaryFolder();
    writeFileSync(join(busy, 'letter.txt'), 'Dear …');
    expectError(() => stores.create(busy, 'Three'), 'projectExists');
    expect(readdirSync(busy)).toEqual(['letter.txt']);
    expectError(() => stores.create(join(busy, 'letter.txt'), 'Four'), 'projectExists');
  });

  it('may be made where making one was interrupted', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'tessera.lock'), '');
    writeFileSync(join(folder, 'tessera.db.new'), 'half a databa');
    expect(tracked(stores.create(folder, 'Again')).summary().images).toBe(0);
  });
});

describe('opening', () => {
  it('finds no project in a folder without one, and leaves nothing there', () => {
    const folder = temporaryFolder();
    expectError(() => stores.open(folder), 'projectNotFound');
    expectError(() => stores.open(join(folder, 'nowhere')), 'projectNotFound');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused while it is open already, even in the same process', () => {
    const project = newProject();
    expectError(() => stores.open(project.path), 'projectLocked');
    expect(reopened(project).id).toBe(project.id);
  });

  it('is refused for a file of a newer Tessera', () => {
    const project = newProject();
    project[Symbol.dispose]();
    const connection = new DatabaseSync(databaseFile(project.path));
    connection.exec('PRAGMA user_version = 9999');
    connection.close();
    expectError(() => stores.open(project.path), 'projectNewer');
    expect(pragma(databaseFile(project.path), 'user_version')).toBe(9999);
  });

  it('lets go of the lock when it fails', () => {
    const folder = temporaryFolder();
    writeFileSync(databaseFile(folder), 'garbage');
    expectError(() => stores.open(folder), 'projectDamaged');
    expectError(() => stores.open(folder), 'projectDamaged');
  });

  it('is over after disposal', () => {
    const project = newProject();
    project[Symbol.dispose]();
    project[Symbol.dispose]();
    expectError(() => project.summary(), 'projectNotOpen');
    expectError(() => project.label([1], null), 'projectNotOpen');
  });
});

describe('a damaged database', () => {
  it.each([
    ['text', Buffer.from('this is not a database, whatever its name says')],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(8192)],
  ])('of %s is refused and left untouched', (_what, bytes) => {
    const folder = temporaryFolder();
    writeFileSync(databaseFile(folder), bytes);
    expectError(() => stores.open(folder), 'projectDamaged');
    expect(readFileSync(databaseFile(folder))).toEqual(bytes);
    expectError(() => stores.create(folder, 'Over it'), 'projectExists');
  });

  it('of another program is refused and left untouched', () => {
    const folder = temporaryFolder();
    const connection = new DatabaseSync(databaseFile(folder));
    connection.exec('CREATE TABLE notes (text); INSERT INTO notes VALUES (1)');
    connection.close();
    const before = sha256(readFileSync(databaseFile(folder)));
    expectError(() => stores.open(folder), 'projectDamaged');
    expect(sha256(readFileSync(databaseFile(folder)))).toBe(before);
  });

  it('with an overwritten page, or cut off, is refused and left untouched', () => {
    const project = newProject();
    importAll(
      project,
      Array.from({ length: 500 }, (_, n) => picture(n, { className: `class ${n % 3}` })),
    );
    project[Symbol.dispose]();
    const whole = readFileSync(databaseFile(project.path));
    const overwritten = Buffer.from(whole).fill(0xa5, 4096 * 3, 4096 * 12);
    for (const bytes of [overwritten, whole.subarray(0, whole.length - 4096 * 4)]) {
      writeFileSync(databaseFile(project.path), bytes);
      expectError(() => stores.open(project.path), 'projectDamaged');
      expect(sha256(readFileSync(databaseFile(project.path)))).toBe(sha256(bytes));
    }
    writeFileSync(databaseFile(project.path), whole);
    expect(tracked(stores.open(project.path)).summary().images).toBe(500);
  });

  it('is noticed as well when it breaks while it is open', () => {
    const project = newProject();
    importAll(
      project,
      Array.from({ length: 3000 }, (_, n) => picture(n)),
    );
    project[Symbol.dispose]();
    const again = tracked(stores.open(project.path));
    const handle = openSync(databaseFile(project.path), 'r+');
    writeSync(handle, Buffer.alloc(4096 * 100, 0xa5), 0, undefined, 4096 * 20);
    closeSync(handle);
    expectError(() => again.images({ search: 'nothing bears this name' }, 0, 10), 'projectDamaged');
  });
});

describe('a project that cannot be written', () => {
  it('is refused where a file stands in the way of its folder', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expectError(() => stores.create(join(folder, 'file', 'below'), 'Nowhere'), 'projectExists');
  });

  it.skipIf(process.platform === 'win32')('is refused where its path or a name in it is too long', () => {
    const folder = temporaryFolder();
    const deep = join(folder, ...Array.from({ length: 20 }, () => 'd'.repeat(250)));
    for (const path of [join(folder, 'n'.repeat(300)), deep]) {
      expectError(() => stores.create(path, 'Too long'), 'projectNotWritable');
      expectError(() => stores.open(path), 'projectNotFound');
    }
  });

  it('is refused where its lock cannot be made', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'tessera.lock'));
    writeFileSync(databaseFile(folder), '');
    expectError(() => stores.open(folder), 'projectNotWritable');
  });
});

it('changes nothing by opening and closing', () => {
  const project = newProject();
  importAll(project, [picture(1, { className: 'a' }), picture(2, { className: 'b' })]);
  const before = dump(project);
  expect(dump(reopened(reopened(project)))).toEqual(before);
});
