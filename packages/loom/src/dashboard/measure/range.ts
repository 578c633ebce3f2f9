import type { Sql } from '../../store/sql.js';
import { NONE } from '../contract/filter.js';
import type { Range } from '../contract/range.js';
import { floorTo, stepOf } from './steps.js';

const MINUTE_MS = 60_000;
const UNITS: Readonly<Record<string, number>> = {
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: 24 * 60 * MINUTE_MS,
  w: 7 * 24 * 60 * MINUTE_MS,
};
const DEFAULT_SPAN = '24h';

export interface RangeQuery {
  readonly last?: string | undefined;
  readonly since?: 'release' | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly server?: string | undefined;
}

/**
 * The requested period; undefined if the query has none, which means all stored data. With `to` alone, the
 * period has no start.
 */
export async function optionalRange(db: Sql, now: number, query: RangeQuery): Promise<Range | undefined> {
  const { last, since, from, to } = query;
  const hasStart = [last, since, from].some((value) => value !== undefined);
  if (!hasStart && to === undefined) {
    return undefined;
  }
  return await rangeOf(db, now, hasStart ? query : { ...query, from: 0 });
}

/** Length of a span such as `15m` or `7d`, in ms. */
function spanMs(text: string): number {
  return Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 0);
}

/**
 * The period of a query, in Unix ms. A relative span starts at a full step of the curves, so that their first
 * point covers as much time as the others.
 */
export async function rangeOf(db: Sql, now: number, query: RangeQuery): Promise<Range> {
  const to = query.to ?? now + 1;
  if (query.from !== undefined) {
    return { from: Math.min(query.from, to), to };
  }
  if (query.since === 'release') {
    const last = await lastReleaseAt(db, query.server);
    if (last !== undefined) {
      return { from: Math.min(last, to), to };
    }
  }
  const from = to - spanMs(query.last ?? DEFAULT_SPAN);
  return { from: floorTo(from, stepOf({ from, to })), to };
}

async function lastReleaseAt(db: Sql, server: string | undefined): Promise<number | undefined> {
  return (
    await db.get<{ at: number }>(
      `SELECT MIN(first_us) / 1000.0 AS at FROM trace_series
     WHERE release <> '' AND (?1 IS NULL OR server = ?1) GROUP BY release ORDER BY at DESC LIMIT 1`,
      server === NONE ? '' : (server ?? null),
    )
  )?.at;
}
