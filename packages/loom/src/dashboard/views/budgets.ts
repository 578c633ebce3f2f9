import { type BudgetStatus, budgetStatus } from '../../budgets/status.js';
import type { Database } from '../../store/database.js';
import type { BudgetRow } from '../contract/budgets.js';
import type { View } from './view.js';

export const budgets: View<'budgets'> = ({ db, now }) => ({ rows: budgetRows(db, now) });

/** The budgets that touch a session; with none named, all that are about something open. */
export function budgetRows(db: Database, now: number, sessionId?: string): BudgetRow[] {
  return budgetStatus(db, now, sessionId).map(budgetRow);
}

function budgetRow(status: BudgetStatus): BudgetRow {
  return {
    scope: status.scope,
    of: status.of,
    limit: status.limit_micros,
    spent: status.spent_micros,
    unpriced: status.unpriced_calls,
    state: status.state,
    stops: status.stop,
    perHour: status.per_hour_micros,
    reachedInMs: status.reached_in_ms,
    forecast: status.forecast_micros,
  };
}
