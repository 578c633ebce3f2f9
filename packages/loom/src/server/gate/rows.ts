/** One statement and what is bound to it. */
export interface Statement {
  readonly sql: string;
  readonly params?: readonly (string | number | null)[];
}

/** Queries of the gate. */
export interface Sql {
  all<T extends object = Record<string, unknown>>(
    sql: string,
    ...params: (string | number | null)[]
  ): Promise<T[]>;
  get<T extends object = Record<string, unknown>>(
    sql: string,
    ...params: (string | number | null)[]
  ): Promise<T | undefined>;
  /** All or nothing, in this order. */
  batch(statements: readonly Statement[]): Promise<unknown>;
}
