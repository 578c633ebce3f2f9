import type { Database, Param } from '../../store/database.js';
import type { Sql, Statement } from '../../store/sql.js';

export type Row = Readonly<Record<string, unknown>>;

/**
 * A generator that yields lists of statements and receives the rows of each. It works with any database: a
 * laptop runs it synchronously inside one transaction, and a team's server uses D1.
 */
export type QuerySteps<T> = Generator<readonly Statement[], T, readonly (readonly Row[])[]>;

/** One statement for many rows. */
export interface Write {
  /** For one row: its values are bound. */
  readonly one: string;
  /** For many rows: one JSON text is bound, a list of rows, each a list of values. */
  readonly many: string;
  readonly rows: readonly (readonly Param[])[];
}

export interface WriteShape {
  readonly one: string;
  readonly many: string;
}

/** An INSERT of complete rows. `then` follows the values, such as ON CONFLICT. */
export function insertOf(
  table: string,
  columns: readonly string[],
  then = '',
  verb: 'INSERT' | 'INSERT OR REPLACE' = 'INSERT',
): WriteShape {
  return shapeOf(
    columns.length,
    (values, from) =>
      // Without WHERE, the parser would read ON as part of a join.
      `${verb} INTO ${table}(${columns.join(', ')}) ${from ? `SELECT ${values.join(', ')} ${from} WHERE 1` : `VALUES (${values.join(', ')})`} ${then}`,
  );
}

/**
 * @param sqlOf returns the statement from an expression for each value and their FROM ('' if they are bound).
 * It uses each value once, in order.
 */
export function shapeOf(
  count: number,
  sqlOf: (values: readonly string[], from: string) => string,
): WriteShape {
  const numbers = Array.from({ length: count }, (_, at) => at);
  return {
    one: sqlOf(
      numbers.map(() => '?'),
      '',
    ),
    many: sqlOf(
      numbers.map((at) => `e.value ->> ${at}`),
      'FROM json_each(?1) e',
    ),
  };
}

/** Runs all steps. For use inside a transaction. */
export function runSteps<T>(db: Database, steps: QuerySteps<T>): T {
  let step = steps.next();
  while (!step.done) {
    step = steps.next(step.value.map(({ sql, params = [] }) => db.all(sql, ...params)));
  }
  return step.value;
}

/** Runs all steps, with one round trip for each. */
export async function runStepsOn<T>(sql: Sql, steps: QuerySteps<T>): Promise<T> {
  let step = steps.next();
  while (!step.done) {
    step = steps.next(await sql.read(step.value));
  }
  return step.value;
}

export function runWrites(db: Database, writes: readonly Write[]): void {
  for (const { one, rows } of writes) {
    for (const row of rows) {
      db.run(one, ...row);
    }
  }
}
