import { TAGGED_ENTITIES, termSql } from '../../cost/terms.js';
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

/* Agents' calls, as Loom has recorded them. */

/** Between two Unix ms. */
export async function callsBetween(db: Sql, from: number, until: number): Promise<Money> {
  const row = await db.get<Money>(
    `SELECT ${MONEY_COLUMNS} FROM llm_calls WHERE started_at >= ? AND started_at < ?`,
    from,
    until,
  );
  return row ? moneyOf(row) : NO_MONEY;
}

export async function callsByModel(db: Sql, edges: readonly Edge[]): Promise<KeyedSum[]> {
  return await byKey(db, 'c.model', edges);
}

/** By Atlas term; what has none is under `NO_TERM`. */
export async function callsByTerm(db: Sql, dimension: string, edges: readonly Edge[]): Promise<KeyedSum[]> {
  const tagged = await db.all<{ entity: string }>(TAGGED_ENTITIES, dimension);
  return await byKey(db, termSql('llm_call', '?2', tagged), edges, dimension);
}

async function byKey(db: Sql, key: string, edges: readonly Edge[], dimension?: string): Promise<KeyedSum[]> {
  return (
    await db.all<SumRow & { readonly step: number; readonly key: string }>(
      `SELECT e.key AS step, ${key} AS key, ${SUM_COLUMNS} FROM json_each(?1) e
       CROSS JOIN llm_calls c ON c.started_at >= e.value ->> 0 AND c.started_at < e.value ->> 1
       WHERE ?2 IS ?2 GROUP BY 1, 2`,
      JSON.stringify(edges),
      dimension,
    )
  ).map(keyedSum);
}
