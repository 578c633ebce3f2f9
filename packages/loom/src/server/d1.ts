import { Refused } from '../http/refused.js';
import type { Param } from '../store/database.js';
import type { Sql, Statement } from '../store/sql.js';
import type { D1Binding, D1Statement } from './env.js';

/**
 * A team's D1. One request may run at most 1,000 statements on the paid plan of Workers, and 50 on the free
 * plan. Each statement of a batch counts (developers.cloudflare.com/d1/platform/limits, November 2026).
 */
export class D1Sql implements Sql {
  readonly #db: D1Binding;

  constructor(db: D1Binding) {
    this.#db = db;
  }

  async all<T extends object = Record<string, unknown>>(sql: string, ...params: Param[]): Promise<T[]> {
    return explainErrors(async () => (await this.#bound({ sql, params }).all()).results as T[]);
  }

  async get<T extends object = Record<string, unknown>>(
    sql: string,
    ...params: Param[]
  ): Promise<T | undefined> {
    return (await this.all<T>(sql, ...params))[0];
  }

  async read<T extends object = Record<string, unknown>>(statements: readonly Statement[]): Promise<T[][]> {
    return (await this.batch(statements)) as T[][];
  }

  async batch(statements: readonly Statement[]): Promise<Record<string, unknown>[][]> {
    return explainErrors(async () =>
      (await this.#db.batch(statements.map((one) => this.#bound(one)))).map(({ results }) => results),
    );
  }

  #bound({ sql, params = [] }: Statement): D1Statement {
    return this.#db.prepare(sql).bind(...params.map(bindable));
  }
}

/** D1 does not accept undefined. */
function bindable(value: Param): unknown {
  return value === undefined ? null : typeof value === 'boolean' ? Number(value) : value;
}

/** D1's errors when it is overloaded (developers.cloudflare.com/d1/observability/debug-d1). */
const OVERLOADED = /overloaded|queued for too long|too many requests queued/i;
/** D1's errors that a retry may solve. The write may have succeeded nevertheless. */
const RETRYABLE =
  /network connection lost|storage operation exceeded timeout|object to be reset|reset because|internal error|memory limit/i;
const WAIT_SECONDS = { overloaded: '5', passing: '1' };

async function explainErrors<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    if (OVERLOADED.test(words)) {
      throw new Overloaded();
    }
    if (RETRYABLE.test(words)) {
      throw new Refused(503, 'The database cannot be reached at the moment. Try again.', {
        'retry-after': WAIT_SECONDS.passing,
      });
    }
    throw error;
  }
}

/** D1 is overloaded. Exporters wait for the time in Retry-After. */
export class Overloaded extends Refused {
  constructor() {
    super(429, 'The database is overloaded. Try again.', { 'retry-after': WAIT_SECONDS.overloaded });
  }
}
