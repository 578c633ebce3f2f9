import { NO_TERM } from '../../cost/terms.js';
import type { Sql } from '../../store/sql.js';
import type { Money } from '../contract/figures.js';
import type { Edge } from '../measure/steps.js';
import {
  type KeyedSum,
  keyedSum,
  MONEY_COLUMNS,
  moneyOf,
  NO_MONEY,
  SUM_COLUMNS,
  type SumRow,
} from './money.js';

/*
 * The generations inside traces: LLM calls that Workers made themselves, so none of them is one of Loom's calls.
 */

type Row = SumRow & { readonly step: number; readonly key: string };

/** Between two Unix ms; one index is read, and no row. */
export async function generationsBetween(db: Sql, from: number, until: number): Promise<Money> {
  const row = await db.get<Money>(
    `SELECT ${MONEY_COLUMNS} FROM observations WHERE cost_basis IS NOT NULL AND started_us >= ? AND started_us < ?`,
    from * 1000,
    until * 1000,
  );
  return row ? moneyOf(row) : NO_MONEY;
}

export async function generationsByModel(db: Sql, edges: readonly Edge[]): Promise<KeyedSum[]> {
  return await byKey(db, "COALESCE(o.model, 'no model')", '', edges);
}

/** In a query of its own: for the few that need it, so that for all others the index is enough. */
const OWN_TERM = `(SELECT CAST(json_extract(d.detail, '$.metadata.' || json_quote(?2)) AS TEXT)
  FROM observations d WHERE d.seq = o.seq)`;

/**
 * By Atlas term, each generation under one term, or its cost would be in the sum twice: that of its trace; where its
 * trace has several, its own. What has none is under {@link NO_TERM}.
 */
export async function generationsByTerm(
  db: Sql,
  dimension: string,
  edges: readonly Edge[],
): Promise<KeyedSum[]> {
  const term = `COALESCE((SELECT COALESCE(CASE WHEN MIN(a.term) <> MAX(a.term) THEN ${OWN_TERM} END, MIN(a.term))
    FROM trace_atlas a WHERE a.trace_seq = t.seq AND a.dimension = ?2), '${NO_TERM}')`;
  return await byKey(db, term, 'JOIN traces t ON t.id = o.trace_id', edges, dimension);
}

async function byKey(
  db: Sql,
  key: string,
  join: string,
  edges: readonly Edge[],
  ...params: string[]
): Promise<KeyedSum[]> {
  const micros = edges.map(([from, to]) => [Math.round(from * 1000), Math.round(to * 1000)]);
  return (
    await db.all<Row>(
      `SELECT e.key AS step, ${key} AS key, ${SUM_COLUMNS.replaceAll('cost_', 'o.cost_')}
       FROM json_each(?1) e CROSS JOIN observations o
         ON o.cost_basis IS NOT NULL AND o.started_us >= e.value ->> 0 AND o.started_us < e.value ->> 1
       ${join} GROUP BY 1, 2`,
      JSON.stringify(micros),
      ...params,
    )
  ).map(keyedSum);
}
