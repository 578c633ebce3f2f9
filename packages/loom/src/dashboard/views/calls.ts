import { termOf } from '../../cost/terms.js';
import type { Database } from '../../store/database.js';
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

export function callsByModel(db: Database, edges: readonly Edge[]): KeyedSum[] {
  return byKey(db, 'c.model', edges);
}

/** By Atlas term; what has none is under `NO_TERM`. */
export function callsByTerm(db: Database, dimension: string, edges: readonly Edge[]): KeyedSum[] {
  return byKey(db, termOf(db, 'llm_call', '?2', dimension), edges, dimension);
}

function byKey(db: Database, key: string, edges: readonly Edge[], dimension?: string): KeyedSum[] {
  return db
    .all<SumRow & { readonly step: number; readonly key: string }>(
      `SELECT e.key AS step, ${key} AS key, ${SUM_COLUMNS} FROM json_each(?1) e
       CROSS JOIN llm_calls c ON c.started_at >= e.value ->> 0 AND c.started_at < e.value ->> 1
       WHERE ?2 IS ?2 GROUP BY 1, 2`,
      JSON.stringify(edges),
      dimension,
    )
    .map(keyedSum);
}
