import type { Sql } from '../../store/sql.js';
import type { ReleaseMark } from '../contract/measures.js';
import type { Range } from '../contract/range.js';
import { type DimensionFilter, seriesCondition } from '../measure/conditions.js';

const MOST = 50;

/** Releases whose first trace is in this period, earliest first. Each counts as a deploy. */
export async function releasesIn(
  db: Sql,
  { from, to }: Range,
  { server, environment }: DimensionFilter,
): Promise<ReleaseMark[]> {
  const where = seriesCondition({ server, environment });
  return await db.all<{ release: string; at: number }>(
    `SELECT release, MIN(first_us) / 1000.0 AS at FROM trace_series s WHERE release <> '' AND ${where.sql}
     GROUP BY release HAVING MIN(first_us) >= ? AND MIN(first_us) < ? ORDER BY at LIMIT ${MOST}`,
    ...where.params,
    Math.round(from * 1000),
    Math.round(to * 1000),
  );
}
