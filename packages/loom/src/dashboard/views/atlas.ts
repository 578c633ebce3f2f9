import { NO_TERM } from '../../cost/terms.js';
import type { Sql } from '../../store/sql.js';
import type { AtlasRow } from '../contract/atlas.js';
import type { Range } from '../contract/range.js';
import { rangeOf } from '../measure/range.js';
import { callsByTerm } from './calls.js';
import { generationsByTerm } from './generations.js';
import { addMoney, NO_CALLS } from './money.js';
import { timeCondition } from './trace-filter.js';
import type { View } from './view.js';

export const atlas: View<'atlas'> = async ({ db, now }, { dimension, ...time }) => {
  const range = await rangeOf(db, now, time);
  const whole = [[range.from, range.to]] as const;
  const rows = new Map<string, AtlasRow>();
  for (const { key: term, calls, tokens, cost } of await callsByTerm(db, dimension, whole)) {
    rows.set(term, { ...NOTHING, term, calls, tokens, cost });
  }
  for (const { term, traces, errors } of await traceCounts(db, dimension, range)) {
    rows.set(term, { ...(rows.get(term) ?? { ...NOTHING, term }), traces, errors });
  }
  for (const { key: term, tokens, cost } of await generationsByTerm(db, dimension, whole)) {
    const row = rows.get(term) ?? { ...NOTHING, term };
    rows.set(term, { ...row, cost: addMoney(row.cost, cost), tokens: row.tokens + tokens });
  }
  return {
    range,
    dimension,
    dimensions: await dimensionsOf(db),
    rows: [...rows.values()].sort(
      (a, b) => (b.cost.micros ?? -1) - (a.cost.micros ?? -1) || b.traces + b.calls - (a.traces + a.calls),
    ),
  };
};

const NOTHING = { traces: 0, errors: 0, ...NO_CALLS };

/** A trace counts under each of its terms. */
async function traceCounts(
  db: Sql,
  dimension: string,
  range: Range,
): Promise<{ readonly term: string; readonly traces: number; readonly errors: number }[]> {
  const where = timeCondition(range);
  return await db.all(
    `SELECT COALESCE(a.term, ?) AS term, COUNT(*) AS traces, SUM(t.errors > 0) AS errors
     FROM traces t LEFT JOIN trace_atlas a ON a.trace_seq = t.seq AND a.dimension = ?
     WHERE ${where.sql} GROUP BY 1`,
    NO_TERM,
    dimension,
    ...where.params,
  );
}

/** Both in traces and in what Loom has tagged. */
async function dimensionsOf(db: Sql): Promise<string[]> {
  return (
    await db.all<{ dimension: string }>(
      // Each step of the first leaps to the next dimension in the index; DISTINCT would read every row.
      `WITH RECURSIVE next(dimension) AS (
         SELECT MIN(dimension) FROM trace_atlas
         UNION ALL
         SELECT (SELECT MIN(dimension) FROM trace_atlas a WHERE a.dimension > next.dimension)
         FROM next WHERE next.dimension IS NOT NULL)
       SELECT dimension FROM next WHERE dimension IS NOT NULL
       UNION SELECT DISTINCT dimension FROM atlas_tags ORDER BY 1`,
    )
  ).map((row) => row.dimension);
}
