import { Refused } from '../http/refused.js';
import type { PriceCall } from '../prices/price.js';
import { pageOf, pageStatement } from '../receiver/sqlite/page.js';
import { type Plan, planArrivals } from '../receiver/sqlite/plan.js';
import { runStepsOn } from '../receiver/sqlite/query-steps.js';
import type { ObservationRow } from '../receiver/sqlite/rows.js';
import type { ObservationPage, ObservationQuery, ReceivingStore } from '../receiver/store.js';
import type { Arrivals } from '../receiver/trace.js';
import type { Sql, Statement } from '../store/sql.js';
import { groupsOf } from './groups.js';
import { packed } from './packed.js';

/** D1 accepts rows of up to 2 MB, which include more than the fields. */
const MAX_ROW_BYTES = 1_000_000;
/** Retries if another request has changed a trace in the meantime. */
const MAX_TRIES = 6;

/**
 * Stores traces in D1. It reads the traces of a request and writes them in one batch. D1 rejects the batch if
 * a trace has changed in between. Writes are idempotent, so a client can safely retry.
 */
export class D1TraceStore implements ReceivingStore {
  readonly #sql: Sql;
  readonly #pricer: PriceCall;
  readonly #now: () => number;

  constructor(sql: Sql, pricer: PriceCall, now: () => number) {
    this.#sql = sql;
    this.#pricer = pricer;
    this.#now = now;
  }

  /** Writes a large request in several batches of complete traces. */
  async add(arrivals: Arrivals): Promise<Set<string>> {
    const changed = new Set<string>();
    for (const group of groupsOf(arrivals)) {
      for (const id of await this.#addGroup(group)) {
        changed.add(id);
      }
    }
    return changed;
  }

  async observations(query: ObservationQuery): Promise<ObservationPage> {
    const { sql, params } = pageStatement(query);
    return pageOf(await this.#sql.all<ObservationRow>(sql, ...params), query);
  }

  async #addGroup(arrivals: Arrivals): Promise<ReadonlySet<string>> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const plan = await this.#plan(arrivals);
      if (plan.writes.length === 0) {
        return plan.changed;
      }
      try {
        await this.#sql.batch([guard(plan), ...packed(plan.writes)]);
        return plan.changed;
      } catch (error) {
        if (!isMoved(error)) {
          throw error;
        }
      }
    }
    throw new Refused(503, 'Too many requests write to this trace at the same time. Try again.', {
      'retry-after': '1',
    });
  }

  #plan(arrivals: Arrivals): Promise<Plan> {
    return runStepsOn(
      this.#sql,
      planArrivals(arrivals, {
        pricer: this.#pricer,
        now: this.#now(),
        countAgain: false,
        maxRowBytes: MAX_ROW_BYTES,
      }),
    );
  }
}

/** Makes the batch fail if a trace has changed since it was read. */
function guard({ read }: Plan): Statement {
  return {
    sql: `INSERT INTO trace_guard(moved) SELECT 1 FROM json_each(?) e LEFT JOIN traces t ON t.id = e.value ->> 0
      WHERE COALESCE(t.revision, 0) <> e.value ->> 1
        OR (SELECT COUNT(*) FROM span_events v WHERE v.trace_id = e.value ->> 0) <> e.value ->> 2 LIMIT 1`,
    params: [JSON.stringify(read)],
  };
}

function isMoved(error: unknown): boolean {
  return error instanceof Error && /CHECK constraint failed: moved/.test(error.message);
}
