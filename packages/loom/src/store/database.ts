import type { SqliteDatabase, SqliteStatement, SqlValue } from './driver.js';

/** Types that callers may bind; the drivers differ by version for booleans and undefined. */
export type Param = SqlValue | boolean | undefined;

/** An open database: caches prepared statements, normalises parameters, and nests transactions. */
export class Database {
  readonly path: string;
  readonly #raw: SqliteDatabase;
  readonly #statements = new Map<string, SqliteStatement>();
  #inTransaction = false;

  constructor(raw: SqliteDatabase, path: string) {
    this.#raw = raw;
    this.path = path;
  }

  exec(sql: string): void {
    this.#raw.exec(sql);
  }

  /** Returns the number of changed rows. */
  run(sql: string, ...params: Param[]): number {
    return Number(this.#prepare(sql).run(...params.map(bindable)).changes);
  }

  get<T extends object = Record<string, unknown>>(sql: string, ...params: Param[]): T | undefined {
    return this.#prepare(sql).get(...params.map(bindable)) as T | undefined;
  }

  all<T extends object = Record<string, unknown>>(sql: string, ...params: Param[]): T[] {
    return this.#prepare(sql).all(...params.map(bindable)) as T[];
  }

  /**
   * Runs `fn` inside BEGIN IMMEDIATE: takes the write lock first, so that a read and a later write are one
   * step for all processes. Nested calls join the outer one.
   */
  transaction<T>(fn: () => T): T {
    return this.#within('BEGIN IMMEDIATE', fn);
  }

  /** All reads of `fn` see the same state. It waits for no writer, and blocks none. */
  snapshot<T>(fn: () => T): T {
    return this.#within('BEGIN', fn);
  }

  #within<T>(begin: string, fn: () => T): T {
    if (this.#inTransaction) {
      return fn();
    }
    this.#raw.exec(begin);
    this.#inTransaction = true;
    try {
      const result = fn();
      this.#raw.exec('COMMIT');
      return result;
    } catch (error) {
      try {
        this.#raw.exec('ROLLBACK');
      } catch {
        // SQLite has already rolled back (full disk, I/O error); report the first error.
      }
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#raw.close();
  }

  #prepare(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#raw.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function bindable(value: Param): SqlValue {
  if (value === undefined) {
    return null;
  }
  return typeof value === 'boolean' ? Number(value) : value;
}
