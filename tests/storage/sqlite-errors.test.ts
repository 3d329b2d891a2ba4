import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { TesseraError } from '../../app/contract/index.ts';
import { storageError } from '../../app/storage/sqlite-errors.ts';
import { temporaryFolder } from './support.ts';

/** What SQLite itself throws. */
function thrownBy(work: (database: DatabaseSync) => void, readOnly = false): unknown {
  const file = join(temporaryFolder(), 'some.db');
  const made = new DatabaseSync(file);
  made.exec('CREATE TABLE t (x)');
  made.close();
  const database = new DatabaseSync(file, { readOnly });
  try {
    work(database);
  } catch (error) {
    return error;
  } finally {
    database.close();
  }
  return undefined;
}

it('a full disk and a read-only file are told to the person', () => {
  const full = thrownBy((database) => {
    database.exec('PRAGMA max_page_count = 2; INSERT INTO t VALUES (zeroblob(100000))');
  });
  const readOnly = thrownBy((database) => {
    database.exec('INSERT INTO t VALUES (1)');
  }, true);
  for (const [error, reason] of [
    [full, 'the disk is full'],
    [readOnly, 'Tessera may not write there'],
  ]) {
    const told = storageError(error, '/p') as TesseraError;
    expect(told.code).toBe('projectNotWritable');
    expect(told.details).toEqual({ path: '/p', reason });
    expect(told.cause).toBe(error);
  }
});

it('a mistake in SQL stays what it is', () => {
  const mistake = thrownBy((database) => {
    database.exec('SELECT nothing FROM nowhere');
  });
  expect(mistake).toBeInstanceOf(Error);
  expect(storageError(mistake, '/p')).toBe(mistake);
  const other = new TypeError('x');
  expect(storageError(other, '/p')).toBe(other);
});
