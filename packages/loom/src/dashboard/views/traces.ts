import type { Database } from '../../store/database.js';
import type { TracePage } from '../contract/traces.js';
import { type Cursor, cursorText, readCursor } from './cursor.js';
import { filterOf, type TraceCondition, withWords } from './trace-filter.js';
import { TRACE_COLUMNS, type TraceRecord, traceRow } from './trace-rows.js';
import { numberOf, type View, ViewError } from './view.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
/** Counting more would cost more than it tells. */
const MAX_COUNTED = 10_000;

/** Columns a page is ordered by, all descending; `seq` makes the order total. */
const ORDERS: Readonly<Record<string, readonly (keyof TraceRecord)[]>> = {
  newest: ['started_us', 'seq'],
  slowest: ['duration_us', 'seq'],
  errors: ['failed', 'started_us', 'seq'],
};

export const traces: View<'traces'> = ({ db }, query) => {
  const order = ORDERS[query.get('sort') || 'newest'];
  if (!order) {
    throw new ViewError(400, 'sort must be newest, slowest or errors.');
  }
  const limit = numberOf(query, 'limit', DEFAULT_LIMIT, { max: MAX_LIMIT });
  const given = filterOf(query);
  // A trace that has not ended has no duration to be ordered by.
  const filter = order.includes('duration_us')
    ? { ...given, sql: `${given.sql} AND t.duration_us IS NOT NULL` }
    : given;
  const where = withWords(db, filter, query.get('q'));
  const total = countUpTo(db, where);
  const rows = page(db, where, order, readCursor(query.get('before'), order.length), limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit).map(traceRow),
    total: Math.min(total, MAX_COUNTED),
    more: total > MAX_COUNTED,
    next: last ? cursorText(order.map((column) => Number(last[column]))) : null,
  } satisfies TracePage;
};

function page(
  db: Database,
  where: TraceCondition,
  order: readonly string[],
  before: Cursor | undefined,
  limit: number,
): TraceRecord[] {
  const columns = order.map((column) => `t.${column}`);
  const after = before ? `AND (${columns.join(', ')}) < (${columns.map(() => '?').join(', ')})` : '';
  return db.all<TraceRecord>(
    `SELECT ${TRACE_COLUMNS} FROM traces t WHERE ${where.sql} ${after}
     ORDER BY ${columns.map((column) => `${column} DESC`).join(', ')} LIMIT ?`,
    ...where.params,
    ...(before ?? []),
    limit,
  );
}

function countUpTo(db: Database, where: TraceCondition): number {
  const row = db.get<{ count: number }>(
    `SELECT COUNT(*) AS count FROM (SELECT 1 FROM traces t WHERE ${where.sql} LIMIT ${MAX_COUNTED + 1})`,
    ...where.params,
  );
  return row?.count ?? 0;
}
