import { statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { TesseraError, type ErrorCode, type ReadOnlyReason } from '../contract/index.ts';
import { goneReason } from './files.ts';
import { storageError } from './sqlite-errors.ts';

/** What a change is refused with: where it can be, the sentence that says what to do. */
const refusals = {
  locked: 'projectLocked',
  newer: 'projectNewer',
  folder: 'projectReadOnly',
  network: 'projectReadOnly',
} as const satisfies Record<ReadOnlyReason, ErrorCode>;

/** How long a statement waits for a restored snapshot to be written over the database, ms. */
const patience = 10_000;

/**
 * The one writing connection of a project, or one that only reads. Statements are prepared once for every SQL text; values only ever
 * travel as parameters.
 *
 * SQLite's errors leave as `projectDamaged` or `projectNotWritable`; use after disposal is `projectNotOpen`. A change
 * where nothing may be changed is `projectReadOnly`, or says what else is in the way.
 */
export class Database implements Disposable {
  /** The project's folder, for messages. */
  readonly projectPath: string;
  readonly readOnly: ReadOnlyReason | null;
  /** The file that is open. */
  readonly file: string;
  readonly #inode: bigint | null;
  #isFrozen = false;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #version = 0;
  #seenElsewhere = 0;

  /** `readOnly`: nothing can be changed, for this reason. `file` may be a private copy that was brought up to date. */
  constructor(projectPath: string, file: string, readOnly: ReadOnlyReason | null = null) {
    this.projectPath = projectPath;
    this.readOnly = readOnly;
    this.file = file;
    this.#connection = this.#guarded(() => {
      const connection = new DatabaseSync(file, {
        enableForeignKeyConstraints: true,
        defensive: true,
        readOnly: readOnly !== null,
        timeout: patience,
      });
      // A commit is on the disk before it is acknowledged; nothing that a file's schema names is trusted.
      connection.exec(`
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA synchronous = FULL;
        PRAGMA fullfsync = ON;
        PRAGMA cache_size = -32000;
        PRAGMA temp_store = MEMORY;
      `);
      if (readOnly === null) this.#useWriteAheadLog(connection);
      return connection;
    });
    this.#inode = this.#inodeNow();
  }

  /** Whether the file that is open is not the one any more that lies at its path: a disk unplugged, a folder moved. */
  get isLost(): boolean {
    return this.#inodeNow() !== this.#inode;
  }

  /** While `work` writes over the whole file, changes are refused with `projectBusy`. */
  async exclusively(work: () => Promise<void>): Promise<void> {
    this.requireWritable();
    this.#isFrozen = true;
    try {
      await work();
    } finally {
      this.#isFrozen = false;
      this.#version++;
    }
  }

  /** Throws `projectReadOnly`, `projectLocked`, `projectNewer`, `projectBusy`; `projectNotWritable` where the file is gone, whose writes would reach nobody. */
  requireWritable(): void {
    if (this.readOnly !== null) throw new TesseraError(refusals[this.readOnly], { path: this.projectPath });
    if (this.#isFrozen) throw new TesseraError('projectBusy');
    this.#open();
    if (!this.isLost) return;
    throw new TesseraError('projectNotWritable', { path: this.projectPath, reason: goneReason });
  }

  /**
   * Grows with every `transaction`, and with what other connections commit (a snapshot that is restored, the Tessera that is
   * followed): what was read at the same version is still so.
   */
  get version(): number {
    const { dataVersion } = this;
    if (dataVersion !== this.#seenElsewhere) this.#version++;
    this.#seenElsewhere = dataVersion;
    return this.#version;
  }

  /** The first row, or undefined. */
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#guarded(() => this.#prepared(sql).get(...values) as Row | undefined);
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#guarded(() => this.#prepared(sql).all(...values) as Row[]);
  }

  /** The number of rows changed, and the id of the row inserted last. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; id: number } {
    const { changes, lastInsertRowid } = this.#guarded(() => this.#prepared(sql).run(...values));
    return { changes: Number(changes), id: Number(lastInsertRowid) };
  }

  /** Several statements without values: migrations. */
  script(sql: string): void {
    this.#guarded(() => {
      this.#open().exec(sql);
    });
  }

  /** Wholly done and on the disk when this returns, or not done at all when it throws. */
  transaction<T>(work: () => T): T {
    this.#version++;
    try {
      return this.transactionAside(work);
    } finally {
      // What was read half-way, or is taken back, holds no longer.
      this.#version++;
    }
  }

  /** A transaction after which pictures, classes and what is known of them are as they were: `version` stays. */
  transactionAside<T>(work: () => T): T {
    this.requireWritable();
    this.script('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.script('COMMIT');
      return result;
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (this.#connection.isTransaction) this.script('ROLLBACK');
      throw error;
    }
  }

  /** Rows changed by this connection so far. */
  get changes(): number {
    return this.get<{ changes: number }>('SELECT total_changes() AS changes')?.changes ?? 0;
  }

  /** Another number whenever another connection has committed since. */
  get dataVersion(): number {
    return this.get<{ data_version: number }>('PRAGMA data_version')?.data_version ?? 0;
  }

  /** Closing brings the write-ahead log into the database file. */
  [Symbol.dispose](): void {
    this.#statements.clear();
    if (this.#connection.isOpen) this.#connection.close();
  }

  #useWriteAheadLog(connection: DatabaseSync): void {
    const mode = connection.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
    if (mode === 'wal') return;
    connection.close();
    const reason =
      'its disk does not allow the write-ahead log that keeps labels safe; use a disk of this computer';
    throw new TesseraError('projectNotWritable', { path: this.projectPath, reason });
  }

  #inodeNow(): bigint | null {
    try {
      return statSync(this.file, { bigint: true }).ino;
    } catch {
      return null;
    }
  }

  #prepared(sql: string): StatementSync {
    const connection = this.#open();
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #open(): DatabaseSync {
    if (this.#connection.isOpen) return this.#connection;
    throw new TesseraError('projectNotOpen', { path: this.projectPath });
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageError(error, this.projectPath);
    }
  }
}
