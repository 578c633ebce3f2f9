import type { BudgetStatus } from '../budgets/status.js';
import { formatMicros } from '../money.js';

export function budgetLine(status: BudgetStatus): string {
  const parts = [
    `${status.scope} ${status.of}`,
    `${formatMicros(status.spent_micros)} of ${formatMicros(status.limit_micros)} (${Math.floor((status.spent_micros * 100) / status.limit_micros)} %)`,
  ];
  if (status.state !== 'ok') {
    parts.push(status.state === 'over' ? 'OVER' : 'near its limit');
  }
  if (status.stop) {
    parts.push('stops the agent');
  }
  if (status.unpriced_calls > 0) {
    parts.push(`${status.unpriced_calls} calls without a price not counted`);
  }
  if (status.forecast_micros !== null) {
    parts.push(`${formatMicros(status.forecast_micros)} by midnight at the last hour's pace`);
  } else if (status.reached_in_ms !== null) {
    parts.push(`reached in ${duration(status.reached_in_ms)} at the last hour's pace`);
  }
  return parts.join(', ');
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
