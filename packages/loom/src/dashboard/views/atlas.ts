import type { Sql } from '../../store/sql.js';
import type { AtlasRow } from '../contract/atlas.js';
import { rangeOf } from '../measure/range.js';
import { callsByTerm } from './calls.js';
import { generationsByTerm } from './generations.js';
import { addMoney, NO_CALLS } from './money.js';
import { tracesByTerm } from './traces-by.js';
import type { View } from './view.js';

export const atlas: View<'atlas'> = async ({ db, now }, { dimension, ...time }) => {
  const range = await rangeOf(db, now, time);
  const whole = [[range.from, range.to]] as const;
  const rows = new Map<string, AtlasRow>();
  const rowOf = (term: string) => rows.get(term) ?? { ...NOTHING, term };
  for (const { key: term, calls, tokens, cost } of await callsByTerm(db, dimension, whole)) {
    const row = rowOf(term);
    rows.set(term, {
      ...row,
      calls: row.calls + calls,
      tokens: row.tokens + tokens,
      cost: addMoney(row.cost, cost),
    });
  }
  for (const { key: term, tokens, cost } of await generationsByTerm(db, dimension, whole)) {
    const row = rowOf(term);
    rows.set(term, { ...row, tokens: row.tokens + tokens, cost: addMoney(row.cost, cost) });
  }
  for (const [term, { traces, errors }] of await tracesByTerm(db, dimension, range)) {
    rows.set(term, { ...rowOf(term), traces, errors });
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

/** Dimensions of traces and of records that Loom has tagged. */
async function dimensionsOf(db: Sql): Promise<string[]> {
  return (
    await db.all<{ dimension: string }>(
      // Each step jumps to the next dimension in the index; DISTINCT would read every row.
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
