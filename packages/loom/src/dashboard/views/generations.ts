import type { Database } from '../../store/database.js';
import type { Money } from '../contract.js';
import { MONEY_COLUMNS, moneyOf } from './money.js';

export interface GenerationSum {
  readonly calls: number;
  readonly tokens: number;
  readonly cost: Money;
}

type Row = Money & { readonly calls: number; readonly tokens: number; readonly key: string };

/** What the generations inside traces took, between two Unix ms. They are the Workers' own, none of Loom's calls. */
export function generationsBetween(db: Database, from: number, until: number): GenerationSum {
  const row = db.get<Row>(
    `SELECT COUNT(*) AS calls, COALESCE(SUM(total_tokens), 0) AS tokens, ${MONEY_COLUMNS}
     FROM observations WHERE cost_basis IS NOT NULL AND started_us >= ? AND started_us < ?`,
    from * 1000,
    until * 1000,
  ) as Row;
  return { calls: row.calls, tokens: row.tokens, cost: moneyOf(row) };
}

/** The same by model. */
export function generationsByModel(db: Database, from: number, until: number): Map<string, GenerationSum> {
  const rows = db.all<Row>(
    `SELECT COALESCE(model, 'no model') AS key, COUNT(*) AS calls, COALESCE(SUM(total_tokens), 0) AS tokens,
       ${MONEY_COLUMNS}
     FROM observations WHERE cost_basis IS NOT NULL AND started_us >= ? AND started_us < ? GROUP BY 1`,
    from * 1000,
    until * 1000,
  );
  return new Map(rows.map((row) => [row.key, { calls: row.calls, tokens: row.tokens, cost: moneyOf(row) }]));
}
