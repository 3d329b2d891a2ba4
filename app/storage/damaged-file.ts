import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { split as splitSchema, type Split } from '../contract/index.ts';
import { databaseFile, snapshotsFolder } from './files.ts';
import { copyWithLog } from './read-only.ts';
import { snapshotFiles } from './snapshots.ts';

/** A picture as a damaged file tells it; every field was found to make sense. */
export interface ReadablePicture {
  id: number;
  hash: string;
  name: string;
  className: string | null;
  split: Split | null;
  width: number;
  height: number;
  channels: number;
  bytes: number;
  deleted: boolean;
  /** Where its original lies, if not in the project. */
  reference: string | null;
  /** What a person noted; absent where the file is older than that. */
  marks: Partial<Record<Mark, number | string>>;
}

export type Mark = 'excluded' | 'note' | 'tags';

export interface ReadableParts {
  project: { id: string; name: string } | null;
  /** By position. */
  classes: string[];
  pictures: ReadablePicture[];
}

const nothing: ReadableParts = { project: null, classes: [], pictures: [] };
/** Ids beyond those that a snapshot knows which are tried where the file does not say how far they go. */
const beyondSnapshot = 100_000;
const greatestId = 5_000_000;

/**
 * Whatever can still be read of a damaged database, row by row: a page that is gone takes only its own rows along. Works on
 * a private copy. Where the first page is gone, which says where everything is, that of the newest snapshot is tried:
 * snapshots keep every page in its place.
 */
export function readDamaged(projectPath: string): ReadableParts {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-salvage-'));
  try {
    const file = join(folder, 'tessera.db');
    copyWithLog(databaseFile(projectPath), file);
    const found = readParts(file, 0);
    if (found !== null) return found;
    for (const { name } of snapshotFiles(projectPath)) {
      const snapshot = join(snapshotsFolder(projectPath), name);
      copyWithLog(databaseFile(projectPath), file);
      if (!lendFirstPage(snapshot, file)) continue;
      const borrowed = readParts(file, lastId(snapshot) + beyondSnapshot);
      if (borrowed !== null && borrowed.pictures.length > 0) return borrowed;
    }
    return nothing;
  } catch {
    return nothing;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Null where not even the tables can be found. `atLeast`: ids up to here are tried whatever the file says. */
function readParts(file: string, atLeast: number): ReadableParts | null {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(file);
    connection.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    const reader = new Reader(connection);
    const classes = reader.rows('classes', 'id, name, position', Math.min(10_000, 1000 + atLeast));
    const names = new Map(
      classes
        .filter(({ name, position }) => typeof name === 'string' && name !== '' && Number.isInteger(position))
        .sort((a, b) => Number(a.position) - Number(b.position))
        .map(({ id, name }) => [Number(id), String(name)]),
    );
    const fields = 'id, hash, name, class_id, split, width, height, channels, bytes, deleted';
    const pictures = reader
      .rows('images', reader.has('images', marks) ? `${fields}, ${marks}` : fields, atLeast)
      .flatMap((row) => readablePicture(row, names, reader.reference(Number(row.id))) ?? []);
    const own = reader.row('SELECT id, name FROM project WHERE single = 1');
    const project =
      typeof own?.id === 'string' && typeof own.name === 'string' ? { id: own.id, name: own.name } : null;
    return { project, classes: [...names.values()], pictures };
  } catch {
    return null;
  } finally {
    connection?.close();
  }
}

type Row = Record<string, unknown>;

const marks = 'excluded, note, tags';

class Reader {
  readonly #connection: DatabaseSync;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /** Undefined also where its page cannot be read. */
  row(sql: string): Row | undefined {
    try {
      return this.#connection.prepare(sql).get();
    } catch {
      return undefined;
    }
  }

  /** Whether a table has such columns. */
  has(table: 'images', fields: string): boolean {
    try {
      this.#connection.prepare(`SELECT ${fields} FROM ${table}`);
      return true;
    } catch {
      return false;
    }
  }

  /** Null also where the file is older than that, or its page cannot be read. */
  reference(imageId: number): string | null {
    const sql = `SELECT path FROM referenced_files WHERE image_id = ${Math.trunc(imageId)}`;
    const path = this.row(sql)?.path;
    return typeof path === 'string' && path !== '' ? path : null;
  }

  /** Each id by itself. Throws where there is no such table. */
  rows(table: 'classes' | 'images', fields: string, atLeast: number): Row[] {
    const one = this.#connection.prepare(`SELECT ${fields} FROM ${table} WHERE id = ?`);
    const last = Math.max(
      atLeast,
      Number(this.row(`SELECT seq FROM sqlite_sequence WHERE name = '${table}'`)?.seq ?? 0),
      Number(this.row(`SELECT max(id) AS last FROM ${table}`)?.last ?? 0),
    );
    const found: Row[] = [];
    for (let id = 1; id <= Math.min(last, greatestId); id++) {
      try {
        const row = one.get(id);
        if (row !== undefined) found.push({ ...row });
      } catch {
        // Its page cannot be read; the next id may lie on another one.
      }
    }
    return found;
  }
}

function readablePicture(
  row: Row,
  classes: ReadonlyMap<number, string>,
  reference: string | null,
): ReadablePicture | null {
  const { id, hash, name, width, height, channels, bytes } = row;
  const split = splitSchema.nullable().safeParse(row.split);
  const isSize = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash) || typeof name !== 'string') return null;
  if (!isSize(id) || !isSize(width) || !isSize(height) || !isSize(channels) || !isSize(bytes)) return null;
  if (!split.success || (row.deleted !== 0 && row.deleted !== 1)) return null;
  const className = row.class_id === null ? null : (classes.get(Number(row.class_id)) ?? null);
  return {
    id,
    hash,
    name,
    className,
    split: split.data,
    width,
    height,
    channels,
    bytes,
    deleted: row.deleted === 1,
    reference,
    marks: readableMarks(row),
  };
}

function readableMarks({ excluded, note, tags }: Row): ReadablePicture['marks'] {
  return {
    ...((excluded === 0 || excluded === 1) && { excluded }),
    ...(typeof note === 'string' && { note }),
    ...(typeof tags === 'string' && isTagList(tags) && { tags }),
  };
}

function isTagList(text: string): boolean {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((tag) => typeof tag === 'string');
  } catch {
    return false;
  }
}

/** Puts the first page of a snapshot over that of a copy. False where the pages are of another size. */
function lendFirstPage(snapshot: string, copy: string): boolean {
  const from = openSync(snapshot, 'r');
  const to = openSync(copy, 'r+');
  try {
    const head = Buffer.alloc(100);
    if (readSync(from, head, 0, head.length, 0) < head.length) return false;
    const stated = head.readUInt16BE(16);
    const page = Buffer.alloc(stated === 1 ? 65_536 : stated);
    readSync(from, page, 0, page.length, 0);
    // The file's own length counts, not the one that the snapshot had.
    page.fill(0, 92, 96);
    writeSync(to, page, 0, page.length, 0);
    rmSync(`${copy}-wal`, { force: true });
    return true;
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

function lastId(snapshot: string): number {
  const connection = new DatabaseSync(snapshot, { readOnly: true });
  try {
    return Number(connection.prepare('SELECT max(id) AS last FROM images').get()?.last ?? 0);
  } finally {
    connection.close();
  }
}
