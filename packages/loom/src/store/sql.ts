import type { Database, Param } from './database.js';

/** One statement and its bound values. D1 accepts at most 100 values. */
export interface Statement {
  readonly sql: string;
  readonly params?: readonly Param[];
}

/**
 * The queries that both the laptop's database and a team's D1 support.
 *
 * A batch is the only transaction: none is ever open over an await. Between two awaits others may write to
 * D1. On the laptop every promise is already settled, so a chain of awaits runs in one turn of the event
 * loop, without interruption by other work of this process.
 */
export interface Sql {
  all<T extends object = Record<string, unknown>>(sql: string, ...params: Param[]): Promise<T[]>;
  /** The first row. */
  get<T extends object = Record<string, unknown>>(sql: string, ...params: Param[]): Promise<T | undefined>;
  /** Several queries on the same state. Returns the rows of each. */
  read<T extends object = Record<string, unknown>>(statements: readonly Statement[]): Promise<T[][]>;
  /** All or nothing, in this order. Returns the rows of each. */
  batch(statements: readonly Statement[]): Promise<Record<string, unknown>[][]>;
}

/** The laptop's database. */
export class LocalSql implements Sql {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async all<T extends object = Record<string, unknown>>(sql: string, ...params: Param[]): Promise<T[]> {
    return this.#db.all<T>(sql, ...params);
  }

  async get<T extends object = Record<string, unknown>>(
    sql: string,
    ...params: Param[]
  ): Promise<T | undefined> {
    return this.#db.get<T>(sql, ...params);
  }

  async read<T extends object = Record<string, unknown>>(statements: readonly Statement[]): Promise<T[][]> {
    return this.#db.snapshot(() => statements.map(({ sql, params = [] }) => this.#db.all<T>(sql, ...params)));
  }

  async batch(statements: readonly Statement[]): Promise<Record<string, unknown>[][]> {
    return this.#db.transaction(() => statements.map(({ sql, params = [] }) => this.#db.all(sql, ...params)));
  }
}
