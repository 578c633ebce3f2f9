import type { BudgetStatus } from '../../budgets/status.js';
import type { BudgetRow } from '../contract/budgets.js';
import type { View, ViewContext } from './view.js';

const PAGE = 100;

export const budgets: View<'budgets'> = async (context, { after }) => {
  const rows = (await budgetRows(context)).sort(byNeed);
  const end = after + PAGE;
  return { rows: rows.slice(after, end), total: rows.length, next: end < rows.length ? end : null };
};

const SCOPES: readonly BudgetRow['scope'][] = ['day', 'agent', 'issue', 'session'];

/** The budget of the day first, then by used share. */
function byNeed(a: BudgetRow, b: BudgetRow): number {
  return (
    Number(b.scope === 'day') - Number(a.scope === 'day') ||
    b.spent / b.limit - a.spent / a.limit ||
    SCOPES.indexOf(a.scope) - SCOPES.indexOf(b.scope)
  );
}

/** The budgets that apply to a session; without one, all budgets of open work. */
export async function budgetRows(
  { home, now }: Pick<ViewContext, 'home' | 'now'>,
  sessionId?: string,
): Promise<BudgetRow[]> {
  return (await home.budgets(now, sessionId)).map(budgetRow);
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
