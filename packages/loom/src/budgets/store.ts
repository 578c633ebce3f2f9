import { keepGate } from '../hooks/gate.js';
import type { Database } from '../store/database.js';

/** Scope of a budget: a session, an issue, a day, or one agent in a day. */
export const BUDGET_SCOPES = ['session', 'issue', 'day', 'agent'] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

export interface Budget {
  readonly scope: BudgetScope;
  /** An id, or `*` for each one of its kind. */
  readonly scope_id: string;
  readonly limit_micros: number;
  /** True if the hook stops the agent at 100 %; otherwise it only warns. */
  readonly stop: boolean;
}

type Row = Omit<Budget, 'stop'> & { readonly stop: number };

export function setBudget(db: Database, budget: Budget, now: number): void {
  db.run(
    `INSERT INTO budgets(scope, scope_id, limit_micros, stop, created_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT(scope, scope_id) DO UPDATE SET limit_micros = excluded.limit_micros, stop = excluded.stop,
       created_at = excluded.created_at`,
    budget.scope,
    budget.scope_id,
    budget.limit_micros,
    budget.stop,
    now,
  );
  keepGate(db);
}

export function removeBudget(db: Database, scope: BudgetScope, scopeId: string): boolean {
  const removed = db.run('DELETE FROM budgets WHERE scope = ? AND scope_id = ?', scope, scopeId) > 0;
  keepGate(db);
  return removed;
}

export function budgets(db: Database): Budget[] {
  return db
    .all<Row>('SELECT scope, scope_id, limit_micros, stop FROM budgets ORDER BY scope, scope_id')
    .map((row) => ({ ...row, stop: row.stop === 1 }));
}
