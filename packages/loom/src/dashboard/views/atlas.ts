import { costReport } from '../../cost/report.js';
import type { Database } from '../../store/database.js';
import type { AtlasRow, Money } from '../contract.js';
import { daysOf, FOREVER, startOfDays } from './days.js';
import { addMoney, MONEY_COLUMNS, moneyOf, moneyOfReport, NO_MONEY } from './money.js';
import type { View } from './view.js';

const DEFAULT_DIMENSION = 'ai_task.type';
/** What a call without a term of this dimension is counted under; `lm cost --by atlas` says the same. */
const NO_TERM = 'no term';

export const atlas: View<'atlas'> = ({ db, now }, query) => {
  const dimension = query.get('dimension') || DEFAULT_DIMENSION;
  const from = startOfDays(now, daysOf(query));
  const rows = new Map<string, AtlasRow>();
  for (const row of costReport(db, 'atlas', { since: from, until: FOREVER, dimension })) {
    rows.set(row.key, {
      ...NOTHING,
      term: row.key,
      calls: row.calls,
      cost: moneyOfReport(row),
      tokens: row.tokens,
    });
  }
  for (const [term, sum] of atlasSums(db, dimension, from, FOREVER)) {
    const row = rows.get(term) ?? { ...NOTHING, term };
    rows.set(term, {
      ...row,
      traces: sum.traces,
      errors: sum.errors,
      cost: addMoney(row.cost, sum.cost),
      tokens: row.tokens + sum.tokens,
    });
  }
  return {
    dimension,
    dimensions: dimensionsOf(db),
    rows: [...rows.values()].sort(
      (a, b) => (b.cost.micros ?? -1) - (a.cost.micros ?? -1) || b.traces + b.calls - (a.traces + a.calls),
    ),
  };
};

const NOTHING = { traces: 0, errors: 0, calls: 0, cost: NO_MONEY, tokens: 0 };

export interface AtlasSum {
  readonly traces: number;
  readonly errors: number;
  readonly generations: number;
  readonly tokens: number;
  readonly cost: Money;
}

type TraceSums = { readonly term: string; readonly traces: number; readonly errors: number };
type CostSums = Money & { readonly term: string; readonly generations: number; readonly tokens: number };

/** Traces by term, and what their generations took. A trace without a term of this dimension is `no term`. */
export function atlasSums(
  db: Database,
  dimension: string,
  from: number,
  until: number,
): Map<string, AtlasSum> {
  const counted = db.all<TraceSums>(
    `SELECT COALESCE(a.term, '${NO_TERM}') AS term, COUNT(*) AS traces, SUM(t.failed) AS errors
     FROM traces t LEFT JOIN trace_atlas a ON a.trace_seq = t.seq AND a.dimension = ?
     WHERE t.started_us >= ? AND t.started_us < ? GROUP BY 1`,
    dimension,
    from * 1000,
    until * 1000,
  );
  const sums = new Map<string, AtlasSum>(
    counted.map(({ term, ...counts }) => [term, { ...NO_GENERATIONS, ...counts }]),
  );
  const paid = db.all<CostSums>(
    // A generation counts for one term, or its cost would be in the sum twice: traces with several are rare.
    `SELECT COALESCE((SELECT MIN(a.term) FROM trace_atlas a
         WHERE a.trace_seq = t.seq AND a.dimension = ?1), '${NO_TERM}') AS term,
       COUNT(*) AS generations, COALESCE(SUM(o.total_tokens), 0) AS tokens,
       ${MONEY_COLUMNS.replaceAll('cost_', 'o.cost_')}
     FROM observations o JOIN traces t ON t.id = o.trace_id
     WHERE o.cost_basis IS NOT NULL AND o.started_us >= ?2 AND o.started_us < ?3 GROUP BY 1`,
    dimension,
    from * 1000,
    until * 1000,
  );
  for (const { term, generations, tokens, ...money } of paid) {
    const counts = sums.get(term) ?? { traces: 0, errors: 0 };
    sums.set(term, { ...counts, generations, tokens, cost: moneyOf(money) });
  }
  return sums;
}

const NO_GENERATIONS = { generations: 0, tokens: 0, cost: NO_MONEY };

/** Both in traces and in what Loom has tagged. */
function dimensionsOf(db: Database): string[] {
  return db
    .all<{ dimension: string }>(
      // Each step of the first leaps to the next dimension in the index; DISTINCT would read every row.
      `WITH RECURSIVE next(dimension) AS (
         SELECT MIN(dimension) FROM trace_atlas
         UNION ALL
         SELECT (SELECT MIN(dimension) FROM trace_atlas a WHERE a.dimension > next.dimension)
         FROM next WHERE next.dimension IS NOT NULL)
       SELECT dimension FROM next WHERE dimension IS NOT NULL
       UNION SELECT DISTINCT dimension FROM atlas_tags ORDER BY 1`,
    )
    .map((row) => row.dimension);
}
