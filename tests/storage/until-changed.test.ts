import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Database } from '../../app/storage/database.ts';
import { untilChanged } from '../../app/storage/until-changed.ts';

let folder: string;
let database: Database;
let reads: number;
let count: (least: number) => number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-until-changed-'));
  database = new Database(folder, join(folder, 'numbers.db'));
  database.script('CREATE TABLE numbers (value INTEGER)');
  reads = 0;
  count = untilChanged(database, (least: number) => {
    reads++;
    return (
      database.get<{ count: number }>('SELECT count(*) AS count FROM numbers WHERE value >= ?', least)
        ?.count ?? -1
    );
  });
});
afterEach(() => {
  database[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const add = (value: number): number => database.run('INSERT INTO numbers VALUES (?)', value).changes;

test('is read once for each question until something is changed', () => {
  database.transaction(() => add(5));
  expect([count(0), count(0), count(9), count(9), count(0)]).toEqual([1, 1, 0, 0, 1]);
  expect(reads).toBe(2);
  database.transaction(() => add(9));
  expect([count(9), count(0)]).toEqual([1, 2]);
});

test('what was read half-way through a change, or in one that failed, is read again', () => {
  database.transaction(() => {
    add(1);
    expect(count(0)).toBe(1);
    add(2);
  });
  expect(count(0)).toBe(2);
  expect(() =>
    database.transaction(() => {
      add(3);
      expect(count(0)).toBe(3);
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(count(0)).toBe(2);
});

test('what another connection commits is seen', () => {
  expect(count(0)).toBe(0);
  const other = new DatabaseSync(join(folder, 'numbers.db'));
  other.exec('INSERT INTO numbers VALUES (4)');
  other.close();
  expect(count(0)).toBe(1);
});
