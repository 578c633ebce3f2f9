import type { Param } from '../../store/database.js';
import type { ObservationPage, ObservationQuery } from '../store.js';
import { micros, type ObservationRow, spanOf } from './rows.js';

/** Reads one row more than the page has, to know if there is another page. */
export function pageStatement({ traceId, fromMs, toMs, after, limit }: ObservationQuery): {
  sql: string;
  params: Param[];
} {
  // With a trace, SQLite should use the trace's index. The plus sign prevents a scan in the order of `seq`.
  const [seq, ofTrace] = traceId === undefined ? ['seq', ''] : ['+seq', 'AND trace_id = ?'];
  return {
    sql: `SELECT * FROM observations WHERE ${seq} > ? AND started_us >= ? AND started_us < ? ${ofTrace}
      ORDER BY ${seq} LIMIT ?`,
    params: [
      after,
      Math.max(micros(fromMs), 0),
      Math.min(micros(toMs), Number.MAX_SAFE_INTEGER),
      ...(traceId === undefined ? [] : [traceId]),
      limit + 1,
    ],
  };
}

export function pageOf(rows: readonly ObservationRow[], { limit }: ObservationQuery): ObservationPage {
  const page = rows.slice(0, limit);
  return { spans: page.map(spanOf), next: rows.length > limit ? page.at(-1)?.seq : undefined };
}
