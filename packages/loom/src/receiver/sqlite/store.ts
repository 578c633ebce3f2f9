import { ATLAS_DIMENSION } from '../../atlas.js';
import type { PriceCall } from '../../prices/pricer.js';
import type { Database } from '../../store/database.js';
import { assembleTrace } from '../assemble.js';
import { cleanName } from '../limits.js';
import { mergePatch } from '../merge.js';
import type { ObservationPage, ObservationQuery } from '../observations.js';
import type { TraceStore } from '../store.js';
import type { Arrivals, ReceivedScore, ReceivedSpan, ReceivedTrace } from '../trace.js';
import { costsIn, costsOf } from './costs.js';
import { DEFAULT_RETENTION, deleteOldScores, deleteOldTraces, type Retention } from './retention.js';
import {
  micros,
  OBSERVATION_COLUMNS,
  type ObservationRow,
  observationValues,
  type ScoreRow,
  scoreOf,
  scoreValues,
  spanOf,
} from './rows.js';
import {
  addTraceFields,
  countObservation,
  emptied,
  findRootId,
  loadSummary,
  newSummary,
  type Summary,
  saveSummary,
  setRoot,
} from './summary.js';

export interface SqliteTraceStoreOptions {
  /** For generations whose cost was not reported. */
  readonly pricer: PriceCall;
  readonly keep?: Retention;
  /** Unix ms. */
  readonly now?: () => number;
}

const CACHE_KIB = 32 * 1024;
/** How many old traces may go for each request that brings something: more than it can bring on average. */
const DELETED_AT_ONCE = 100;
/** While all old traces wait to be forwarded, they are looked through this often: there may be very many. */
const HELD_MS = 10_000;

/** Keeps what comes in `.loom/loom.db`: each request is one transaction, after which all its tables agree. */
export class SqliteTraceStore implements TraceStore {
  readonly #db: Database;
  readonly #pricer: PriceCall;
  readonly #keep: Retention;
  readonly #now: () => number;
  /** Before this, Unix ms, no old trace may go. */
  #deleteFrom = 0;

  constructor(db: Database, { pricer, keep = DEFAULT_RETENTION, now = Date.now }: SqliteTraceStoreOptions) {
    this.#db = db;
    this.#pricer = pricer;
    this.#keep = keep;
    this.#now = now;
    // Ids are random, so what is written next to each other is not: SQLite's 2 MB would be read over and over.
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    deleteOldScores(db, keep, now());
  }

  add({ spans = [], patches = [], scores = [] }: Arrivals): Set<string> {
    const now = this.#now();
    return this.#db.transaction(() => {
      const traces = new Map<string, TraceChange>();
      for (const span of spans) {
        this.#addSpan(span, traces);
      }
      for (const patch of patches) {
        const row = this.#row(patch.traceId, patch.id);
        this.#write(mergePatch(row && spanOf(row), patch), row, traces);
      }
      for (const change of traces.values()) {
        this.#save(change, now);
      }
      for (const score of scores) {
        this.#db.run(SAVE_SCORE, ...scoreValues(score, now));
      }
      this.#deleteOld(now, DELETED_AT_ONCE + traces.size);
      return new Set([...traces.keys(), ...scores.flatMap(({ traceId }) => traceId ?? [])]);
    });
  }

  traces(): ReceivedTrace[] {
    return this.#db
      .all<{ id: string }>('SELECT id FROM traces ORDER BY seq')
      .flatMap(({ id }) => this.trace(id) ?? []);
  }

  trace(id: string): ReceivedTrace | undefined {
    const rows = this.#rows(id);
    const scores = this.#db.all<ScoreRow>('SELECT * FROM scores WHERE trace_id = ? ORDER BY at, id', id);
    return rows.length === 0
      ? undefined
      : assembleTrace(id, {
          spans: rows.map(spanOf),
          scores: scores.map(scoreOf),
          duplicates: rows.flatMap((row) => Array<string>(row.duplicates).fill(row.id)),
        });
  }

  sessionScores(): ReceivedScore[] {
    return this.#db.all<ScoreRow>('SELECT * FROM scores WHERE trace_id IS NULL ORDER BY at, id').map(scoreOf);
  }

  observations({ traceId, fromMs, toMs, after, limit }: ObservationQuery): ObservationPage {
    // With a trace, its index is the way in, and the sign keeps SQLite from walking all rows in their order.
    const [seq, ofTrace] = traceId === undefined ? ['seq', ''] : ['+seq', 'AND trace_id = ?'];
    const rows = this.#db.all<ObservationRow>(
      `SELECT * FROM observations WHERE ${seq} > ? AND started_us >= ? AND started_us < ? ${ofTrace}
       ORDER BY ${seq} LIMIT ?`,
      after,
      Math.max(micros(fromMs), 0),
      Math.min(micros(toMs), Number.MAX_SAFE_INTEGER),
      ...(traceId === undefined ? [] : [traceId]),
      limit + 1,
    );
    const page = rows.slice(0, limit);
    return { spans: page.map(spanOf), next: rows.length > limit ? page.at(-1)?.seq : undefined };
  }

  #deleteOld(now: number, limit: number): void {
    if (now >= this.#deleteFrom && deleteOldTraces(this.#db, this.#keep, now, limit) === undefined) {
      this.#deleteFrom = now + HELD_MS;
    }
  }

  #addSpan(span: ReceivedSpan, traces: Map<string, TraceChange>): void {
    const costs = costsOf(span, this.#pricer);
    const inserted = this.#db.run(INSERT, ...observationValues(span, costs)) === 1;
    if (!inserted) {
      this.#write(span, this.#row(span.traceId, span.id), traces);
      this.#db.run(
        'UPDATE observations SET duplicates = duplicates + 1 WHERE trace_id = ? AND id = ?',
        span.traceId,
        span.id,
      );
      return;
    }
    const change = this.#change(span, traces);
    change.spans.push(span);
    countObservation(change.summary, span, costs);
  }

  /** Puts an observation in place of the one that was there. */
  #write(span: ReceivedSpan, before: ObservationRow | undefined, traces: Map<string, TraceChange>): void {
    const costs = costsOf(span, this.#pricer);
    const change = this.#change(span, traces);
    change.spans.push(span);
    if (!before) {
      this.#db.run(INSERT, ...observationValues(span, costs));
      countObservation(change.summary, span, costs);
      return;
    }
    this.#db.run(UPDATE, ...observationValues(span, costs), before.seq);
    change.replaced = true;
  }

  #change(span: ReceivedSpan, traces: Map<string, TraceChange>): TraceChange {
    let change = traces.get(span.traceId);
    if (!change) {
      const summary = loadSummary(this.#db, span.traceId);
      change = { summary: summary ?? newSummary(span), spans: [], replaced: false };
      traces.set(span.traceId, change);
    }
    return change;
  }

  #save(change: TraceChange, now: number): void {
    const { id } = change.summary;
    const rootId = findRootId(this.#db, id);
    const { root_id: rootBefore } = change.summary;
    if (change.replaced || (rootBefore !== null && rootBefore !== rootId)) {
      // Something that was counted is no more, so all is counted again; for what has only grown, what is new will do.
      this.#writeSummary(this.#counted(change.summary), rootId, now, true);
    } else {
      this.#writeSummary(change, rootId, now, false);
    }
  }

  #counted(summary: Summary): Counted {
    const rows = this.#rows(summary.id);
    const spans = rows.map(spanOf);
    const again = emptied(summary, spans[0] as ReceivedSpan);
    for (const [at, row] of rows.entries()) {
      countObservation(again, spans[at] as ReceivedSpan, costsIn(row));
    }
    return { summary: again, spans };
  }

  #writeSummary({ summary, spans }: Counted, rootId: string | undefined, now: number, anew: boolean): void {
    for (const span of spans) {
      addTraceFields(summary, span, false);
    }
    const root = spans.findLast((span) => span.id === rootId);
    if (root) {
      addTraceFields(summary, root, true);
      setRoot(summary, root);
    }
    const seq = saveSummary(this.#db, summary, now);
    if (anew) {
      this.#db.run('DELETE FROM trace_atlas WHERE trace_seq = ?', seq);
    }
    this.#addAtlas(seq, spans);
  }

  #addAtlas(seq: number, spans: readonly ReceivedSpan[]): void {
    const terms = new Map<string, Set<string>>();
    for (const span of spans) {
      for (const metadata of [span.metadata, span.trace.metadata]) {
        collectTerms(metadata, terms);
      }
    }
    for (const [dimension, of] of terms) {
      for (const term of of) {
        this.#db.run(
          'INSERT INTO trace_atlas(dimension, term, trace_seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
          dimension,
          term,
          seq,
        );
      }
    }
  }

  #rows(traceId: string): ObservationRow[] {
    return this.#db.all('SELECT * FROM observations WHERE trace_id = ? ORDER BY seq', traceId);
  }

  #row(traceId: string, id: string): ObservationRow | undefined {
    return this.#db.get<ObservationRow>(
      'SELECT * FROM observations WHERE trace_id = ? AND id = ?',
      traceId,
      id,
    );
  }
}

/** A summary, and the observations that have been counted in it of late. */
interface Counted {
  readonly summary: Summary;
  readonly spans: readonly ReceivedSpan[];
}

/** A trace, and what a request has changed of it. */
interface TraceChange extends Counted {
  readonly spans: ReceivedSpan[];
  /** Whether one was there before. */
  replaced: boolean;
}

function collectTerms(metadata: Readonly<Record<string, unknown>>, terms: Map<string, Set<string>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    if ((typeof value === 'string' || typeof value === 'number') && ATLAS_DIMENSION.test(key)) {
      terms.set(key, (terms.get(key) ?? new Set()).add(cleanName(String(value))));
    }
  }
}

const places = (count: number) => Array<string>(count).fill('?').join(', ');
const INSERT = `INSERT INTO observations(${OBSERVATION_COLUMNS.join(', ')}) VALUES (${places(OBSERVATION_COLUMNS.length)})
  ON CONFLICT(trace_id, id) DO NOTHING`;
const UPDATE = `UPDATE observations SET ${OBSERVATION_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE seq = ?`;
const SCORE_COLUMNS =
  'id, trace_id, observation_id, session_id, name, data_type, value, text_value, comment, metadata, at, received_at';
const SAVE_SCORE = `INSERT OR REPLACE INTO scores(${SCORE_COLUMNS}) VALUES (${places(12)})`;
