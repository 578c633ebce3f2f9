import type { PriceCall } from '../../prices/price.js';
import type { Database } from '../../store/database.js';
import { assembleTrace } from '../assemble.js';
import type { ObservationPage, ObservationQuery, TraceStore } from '../store.js';
import type { Arrivals, ReceivedScore, ReceivedTrace } from '../trace.js';
import { pageOf, pageStatement } from './page.js';
import { planArrivals } from './plan.js';
import { runSteps, runWrites } from './query-steps.js';
import { DEFAULT_RETENTION, deleteOldScores, deleteOldTraces, type Retention } from './retention.js';
import { type ObservationRow, type ScoreRow, scoreOf, spanOf } from './rows.js';
import { observationsOf, scoresOf } from './statements.js';

export interface SqliteTraceStoreOptions {
  /** For generations whose cost was not reported. */
  readonly pricer: PriceCall;
  readonly keep?: Retention;
  /** Unix ms. */
  readonly now?: () => number;
}

const CACHE_KIB = 32 * 1024;
/** Old traces to delete with each request. It is more than a request adds on average. */
const DELETED_AT_ONCE = 100;
/** Interval between checks while all old traces wait to be forwarded, because there may be very many. */
const HELD_MS = 10_000;

/** Stores data in `.loom/loom.db`. Each request is one transaction, so that the tables stay consistent. */
export class SqliteTraceStore implements TraceStore {
  readonly #db: Database;
  readonly #pricer: PriceCall;
  readonly #keep: Retention;
  readonly #now: () => number;
  /** No old trace can be deleted before this time (Unix ms). */
  #deleteFrom = 0;

  constructor(db: Database, { pricer, keep = DEFAULT_RETENTION, now = Date.now }: SqliteTraceStoreOptions) {
    this.#db = db;
    this.#pricer = pricer;
    this.#keep = keep;
    this.#now = now;
    // Random ids spread writes over the file, so SQLite's default cache of 2 MB would be read again and
    // again.
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    deleteOldScores(db, keep, now());
  }

  add(arrivals: Arrivals): Set<string> {
    const now = this.#now();
    return this.#db.transaction(() => {
      const options = { pricer: this.#pricer, now, countAgain: true };
      const { writes, changed } = runSteps(this.#db, planArrivals(arrivals, options));
      runWrites(this.#db, writes);
      this.#deleteOld(now, DELETED_AT_ONCE + changed.size);
      return new Set(changed);
    });
  }

  traces(): ReceivedTrace[] {
    return this.#db
      .all<{ id: string }>('SELECT id FROM traces ORDER BY seq')
      .flatMap(({ id }) => this.trace(id) ?? []);
  }

  trace(id: string): ReceivedTrace | undefined {
    const rows = observationsOf(this.#db, id);
    return rows.length === 0
      ? undefined
      : assembleTrace(id, {
          spans: rows.map(spanOf),
          scores: scoresOf(this.#db, id).map(scoreOf),
          duplicates: rows.flatMap((row) => Array<string>(row.duplicates).fill(row.id)),
        });
  }

  sessionScores(): ReceivedScore[] {
    return this.#db.all<ScoreRow>('SELECT * FROM scores WHERE trace_id IS NULL ORDER BY at, id').map(scoreOf);
  }

  observations(query: ObservationQuery): ObservationPage {
    const { sql, params } = pageStatement(query);
    return pageOf(this.#db.all<ObservationRow>(sql, ...params), query);
  }

  #deleteOld(now: number, limit: number): void {
    if (now >= this.#deleteFrom && deleteOldTraces(this.#db, this.#keep, now, limit) === undefined) {
      this.#deleteFrom = now + HELD_MS;
    }
  }
}
