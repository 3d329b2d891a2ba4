import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { TesseraError } from '../contract/index.ts';
import { storageError } from './sqlite-errors.ts';

/**
 * The one writing connection of a project. Statements are prepared once for every SQL text; values only ever
 * travel as parameters.
 *
 * SQLite's errors leave as `projectDamaged` or `projectNotWritable`; use after disposal is `projectNotOpen`.
 */
export class Database implements Disposable {
  /** The project's folder, for messages. */
  readonly projectPath: string;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(projectPath: string, file: string) {
    this.projectPath = projectPath;
    this.#connection = this.#guarded(() => {
      const connection = new DatabaseSync(file, { enableForeignKeyConstraints: true, defensive: true });
      // A commit is on the disk before it is acknowledged; nothing that a file's schema names is trusted.
      connection.exec(`
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA fullfsync = ON;
        PRAGMA cache_size = -32000;
        PRAGMA temp_store = MEMORY;
      `);
      return connection;
    });
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
    this.script('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.script('COMMIT');
      return result;
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    }
  }

  /** Closing brings the write-ahead log into the database file. */
  [Symbol.dispose](): void {
    this.#statements.clear();
    if (this.#connection.isOpen) this.#connection.close();
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
