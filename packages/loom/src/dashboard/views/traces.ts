import type { Sql } from '../../store/sql.js';
import type { TracesParams } from '../contract/traces.js';
import { type Condition, joined } from '../measure/conditions.js';
import { optionalRange } from '../measure/range.js';
import { type Cursor, cursorText, readCursor } from './cursor.js';
import { bodiesSearched, wholeCondition } from './trace-filter.js';
import { TRACE_COLUMNS, type TraceRecord, traceRow } from './trace-rows.js';
import type { View } from './view.js';

/** Counting further would be slow and add little. */
const MAX_COUNTED = 10_000;

/** Sort columns of a page, all descending. `seq` makes the order unique. */
const ORDERS: Readonly<Record<TracesParams['sort'], readonly (keyof TraceRecord)[]>> = {
  newest: ['started_us', 'seq'],
  slowest: ['duration_us', 'seq'],
  errors: ['failed', 'started_us', 'seq'],
};

/** Without a requested period, all stored traces. */
export const traces: View<'traces'> = async ({ db, now }, params) => {
  const { sort, before, limit, ...filter } = params;
  const order = ORDERS[sort];
  const range = await optionalRange(db, now, filter);
  const given = await wholeCondition(db, filter, range);
  // A trace that has not ended has no duration to sort by.
  const where =
    sort === 'slowest' ? joined([given, { sql: 't.duration_us IS NOT NULL', params: [] }]) : given;
  const cursor = readCursor(before, order.length);
  const rows = await (sort === 'errors' ? errorsFirst : page)(db, where, order, cursor, limit + 1);
  // If the first page has all traces, no separate count is needed.
  const isWhole = cursor === undefined && rows.length <= limit;
  const total = isWhole ? rows.length : await countUpTo(db, where);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit).map(traceRow),
    total: Math.min(total, MAX_COUNTED),
    more: total > MAX_COUNTED,
    next: last ? cursorText(order.map((column) => Number(last[column]))) : null,
    searched: await bodiesSearched(db, filter, range),
  };
};

/** Failed traces, then the others. Each part follows an index; both together would need a sort. */
async function errorsFirst(
  db: Sql,
  where: Condition,
  order: readonly string[],
  before: Cursor | undefined,
  limit: number,
): Promise<TraceRecord[]> {
  const [failed, ...place] = before ?? [];
  const rest = order.slice(1);
  const part = (sql: string, after: Cursor, most: number) =>
    page(
      db,
      joined([where, { sql, params: [] }]),
      rest,
      after.length === rest.length ? after : undefined,
      most,
    );
  const errors = failed === 0 ? [] : await part('t.errors > 0', place, limit);
  const others =
    errors.length < limit ? await part('t.errors = 0', failed === 0 ? place : [], limit - errors.length) : [];
  return [...errors, ...others];
}

async function page(
  db: Sql,
  where: Condition,
  order: readonly string[],
  before: Cursor | undefined,
  limit: number,
): Promise<TraceRecord[]> {
  const columns = order.map((column) => `t.${column}`);
  const after = before ? `AND (${columns.join(', ')}) < (${columns.map(() => '?').join(', ')})` : '';
  return await db.all<TraceRecord>(
    `SELECT ${TRACE_COLUMNS} FROM traces t WHERE ${where.sql} ${after}
     ORDER BY ${columns.map((column) => `${column} DESC`).join(', ')} LIMIT ?`,
    ...where.params,
    ...(before ?? []),
    limit,
  );
}

async function countUpTo(db: Sql, where: Condition): Promise<number> {
  const row = await db.get<{ count: number }>(
    `SELECT COUNT(*) AS count FROM (SELECT 1 FROM traces t WHERE ${where.sql} LIMIT ${MAX_COUNTED + 1})`,
    ...where.params,
  );
  return row?.count ?? 0;
}
