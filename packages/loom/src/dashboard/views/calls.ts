import { NO_TERM, termOf } from '../../cost/terms.js';
import type { Database } from '../../store/database.js';
import type { Money } from '../contract/figures.js';
import { type CallSum, MONEY_COLUMNS, moneyOf, NO_MONEY, SUM_COLUMNS, type SumRow, sumOf } from './money.js';

/* Agents' calls, as Loom has recorded them. */

/** Between two Unix ms. */
export function callsBetween(db: Database, from: number, until: number): Money {
  const row = db.get<Money>(
    `SELECT ${MONEY_COLUMNS} FROM llm_calls WHERE started_at >= ? AND started_at < ?`,
    from,
    until,
  );
  return row ? moneyOf(row) : NO_MONEY;
}

/** By Atlas term, since a Unix ms; what has none is under {@link NO_TERM}. */
export function callsByTerm(db: Database, dimension: string, from: number): Map<string, CallSum> {
  const rows = db.all<SumRow & { readonly term: string }>(
    `SELECT ${termOf(db, 'llm_call', '?1', dimension)} AS term, ${SUM_COLUMNS}
     FROM llm_calls c WHERE c.started_at >= ?2 AND ?1 = ?1 GROUP BY 1`,
    dimension,
    from,
  );
  return new Map(rows.map((row) => [row.term, sumOf(row)]));
}
