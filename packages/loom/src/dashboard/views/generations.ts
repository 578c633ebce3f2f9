import type { Database } from '../../store/database.js';
import type { Money } from '../contract/figures.js';
import type { Condition } from '../measure/conditions.js';
import { type CallSum, MONEY_COLUMNS, moneyOf, NO_MONEY, SUM_COLUMNS, type SumRow, sumOf } from './money.js';

/*
 * The generations inside traces: LLM calls that Workers made themselves, so none of them is one of Loom's calls.
 */

/** Between two Unix ms; one index is read, and no row. */
const WITHIN = 'cost_basis IS NOT NULL AND started_us >= ? AND started_us < ?';

type Row = SumRow & { readonly key: string };

export function generationsBetween(db: Database, from: number, until: number): Money {
  const row = db.get<Money>(
    `SELECT ${MONEY_COLUMNS} FROM observations WHERE ${WITHIN}`,
    from * 1000,
    until * 1000,
  );
  return row ? moneyOf(row) : NO_MONEY;
}

export function generationsByModel(db: Database, from: number, until: number): Map<string, CallSum> {
  return byKey(
    db.all<Row>(
      `SELECT COALESCE(model, 'no model') AS key, ${SUM_COLUMNS} FROM observations WHERE ${WITHIN} GROUP BY 1`,
      from * 1000,
      until * 1000,
    ),
  );
}

/** By the tool whose call they were made in; the key is that of {@link toolKey}. */
export function generationsByTool(
  db: Database,
  from: number,
  until: number,
  where: Condition = { sql: '1', params: [] },
): Map<string, CallSum> {
  return byKey(
    db.all<Row>(
      `SELECT json_array(t.server, t.tool) AS key, ${SUM_COLUMNS.replaceAll('cost_', 'o.cost_')}
       FROM observations o JOIN traces t ON t.id = o.trace_id
       WHERE o.cost_basis IS NOT NULL AND o.started_us >= ? AND o.started_us < ? AND ${where.sql} GROUP BY t.server, t.tool`,
      Math.round(from * 1000),
      Math.round(until * 1000),
      ...where.params,
    ),
  );
}

export function toolKey(server: string | null, tool: string): string {
  return JSON.stringify([server, tool]);
}

/** In a query of its own: for the few that need it, so that for all others the index is enough. */
const OWN_TERM = `(SELECT CAST(json_extract(d.detail, '$.metadata.' || json_quote(?1)) AS TEXT)
  FROM observations d WHERE d.seq = o.seq)`;

/**
 * By Atlas term, each generation under one term, or its cost would be in the sum twice: that of its trace; where its
 * trace has several, its own. What has none is under `none`.
 */
export function generationsByTerm(
  db: Database,
  dimension: string,
  none: string,
  from: number,
  until: number,
): Map<string, CallSum> {
  return byKey(
    db.all<Row>(
      `SELECT COALESCE((SELECT COALESCE(CASE WHEN MIN(a.term) <> MAX(a.term)
           THEN ${OWN_TERM} END, MIN(a.term))
         FROM trace_atlas a WHERE a.trace_seq = t.seq AND a.dimension = ?1), ?2) AS key,
         ${SUM_COLUMNS.replaceAll('cost_', 'o.cost_')}
       FROM observations o JOIN traces t ON t.id = o.trace_id
       WHERE o.cost_basis IS NOT NULL AND o.started_us >= ?3 AND o.started_us < ?4 GROUP BY 1`,
      dimension,
      none,
      from * 1000,
      until * 1000,
    ),
  );
}

function byKey(rows: readonly Row[]): Map<string, CallSum> {
  return new Map(rows.map((row) => [row.key, sumOf(row)]));
}
