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
  parts.push(...forecastOf(status));
  return parts.join(', ');
}

const DAY_MS = 24 * 3_600_000;

/** Empty if the limit is reached, or nothing was spent. */
function forecastOf({ forecast_micros, limit_micros, reached_in_ms, state }: BudgetStatus): string[] {
  if (state === 'over' || reached_in_ms === null) {
    return [];
  }
  const pace = "at the last hour's pace";
  if (forecast_micros === null) {
    return reached_in_ms > DAY_MS
      ? [`will not be reached today ${pace}`]
      : [`reached in ${duration(reached_in_ms)} ${pace}`];
  }
  return forecast_micros < limit_micros
    ? [`will not be reached today: ${formatMicros(forecast_micros)} by midnight ${pace}`]
    : [`reached in ${duration(reached_in_ms)} ${pace}`];
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
