import { localDate, startOfDay } from '../cost/days.js';
import type { Database } from '../store/database.js';
import { type Budget, type BudgetScope, budgets } from './store.js';

/** From this share of the limit, a person is warned. */
const WARN_SHARE = 0.8;

const HOUR_MS = 3_600_000;

export interface BudgetStatus {
  readonly scope: BudgetScope;
  /** Id of the session or issue, name of the agent, or the day (YYYY-MM-DD). */
  readonly of: string;
  readonly limit_micros: number;
  readonly stop: boolean;
  /** Sum of priced calls; with `unpriced_calls` above 0 the true figure is higher. */
  readonly spent_micros: number;
  readonly unpriced_calls: number;
  readonly share: number;
  readonly state: 'ok' | 'warn' | 'over';
  /** Cost of the last hour. */
  readonly per_hour_micros: number;
  /** Ms until the limit at that pace; null if nothing is being spent or the limit is passed. */
  readonly reached_in_ms: number | null;
  /** Total by the end of the day at that pace; only for days and agents. */
  readonly forecast_micros: number | null;
}

/** Cost of a session that is not recorded yet. */
export interface Unrecorded {
  /** Unix ms. */
  readonly at: number;
  /** Null if the price is unknown. */
  readonly micros: number | null;
}

/**
 * Status of the budgets that apply to a session. Without a session, all budgets of open work. `more` is
 * unrecorded cost of the named session.
 */
export function budgetStatus(
  db: Database,
  now: number,
  sessionId?: string,
  more: readonly Unrecorded[] = [],
): BudgetStatus[] {
  const all = budgets(db);
  const session = sessionId
    ? db.get<{ id: string; issue_id: string | null; agent: string }>(
        'SELECT id, issue_id, agent FROM sessions WHERE id = ?',
        sessionId,
      )
    : undefined;
  const statuses: BudgetStatus[] = [];
  const day = all.find((budget) => budget.scope === 'day');
  if (day) {
    statuses.push(dayStatus(db, day, now, more));
  }
  const agents = session ? [session.agent] : agentsSeen(db);
  const sessionIds = session ? [session.id] : openIds(db, 'sessions');
  const issueIds = session ? (session.issue_id ? [session.issue_id] : []) : openIds(db, 'issues');
  for (const [scope, ids] of [
    ['session', sessionIds],
    ['issue', issueIds],
    ['agent', agents],
  ] as const) {
    const own = all.filter((budget) => budget.scope === scope);
    for (const id of ids) {
      const budget =
        own.find((candidate) => candidate.scope_id === id) ??
        own.find((candidate) => candidate.scope_id === '*');
      if (budget) {
        statuses.push(
          scope === 'agent' ? agentStatus(db, budget, id, now, more) : scopeStatus(db, budget, id, now, more),
        );
      }
    }
  }
  return statuses;
}

function openIds(db: Database, table: 'sessions' | 'issues'): string[] {
  const open = table === 'sessions' ? 'ended_at IS NULL' : "status IN ('in_progress', 'blocked')";
  return db.all<{ id: string }>(`SELECT id FROM ${table} WHERE ${open} ORDER BY id`).map((row) => row.id);
}

function agentsSeen(db: Database): string[] {
  return db
    .all<{ agent: string }>('SELECT DISTINCT agent FROM sessions ORDER BY agent')
    .map((row) => row.agent);
}

/**
 * SQLite does not know the length of a period. Without this, it would expect a day to be a quarter of all
 * calls, and read every call.
 */
const BY_TIME = 'INDEXED BY llm_calls_time';

interface Spent {
  readonly spent: number;
  readonly unpriced: number;
  readonly lastHour: number;
}

function scopeStatus(
  db: Database,
  budget: Budget,
  id: string,
  now: number,
  more: readonly Unrecorded[],
): BudgetStatus {
  const column = budget.scope === 'session' ? 'session_id' : 'issue_id';
  const spent = plus(read(db, `WHERE ${column} = ?1`, id, now), more, now);
  return { ...judged(budget, id, spent), forecast_micros: null };
}

function dayStatus(db: Database, budget: Budget, now: number, more: readonly Unrecorded[]): BudgetStatus {
  const start = startOfDay(now);
  const spent = plus(read(db, `${BY_TIME} WHERE started_at >= ?1`, start, now), since(more, start), now);
  return withForecast(judged(budget, localDate(start), spent), now);
}

/** Cost of an agent today. */
function agentStatus(
  db: Database,
  budget: Budget,
  agent: string,
  now: number,
  more: readonly Unrecorded[],
): BudgetStatus {
  const start = startOfDay(now);
  const calls = `${BY_TIME} WHERE session_id IN (SELECT id FROM sessions WHERE agent = ?1) AND started_at >= ?3`;
  const spent = plus(read(db, calls, agent, now, start), since(more, start), now);
  return withForecast(judged(budget, agent, spent), now);
}

function withForecast(status: Omit<BudgetStatus, 'forecast_micros'>, now: number): BudgetStatus {
  const start = startOfDay(now);
  const end = startOfDay(start + 36 * HOUR_MS); // 36 hours on is tomorrow, also when a clock is put forward or back
  const forecast = Math.round(status.spent_micros + (status.per_hour_micros * (end - now)) / HOUR_MS);
  return { ...status, forecast_micros: forecast };
}

/** @param calls the rest of a query after `FROM llm_calls` */
function read(
  db: Database,
  calls: string,
  value: string | number,
  now: number,
  ...more: readonly number[]
): Spent {
  const row = db.get<{ spent: number; unpriced: number; last_hour: number }>(
    `SELECT COALESCE(SUM(cost_micros), 0) AS spent, COALESCE(SUM(cost_basis = 'unpriced'), 0) AS unpriced,
       COALESCE(SUM(CASE WHEN started_at > ?2 THEN cost_micros END), 0) AS last_hour
     FROM llm_calls ${calls}`,
    value,
    now - HOUR_MS,
    ...more,
  );
  return { spent: row?.spent ?? 0, unpriced: row?.unpriced ?? 0, lastHour: row?.last_hour ?? 0 };
}

function since(more: readonly Unrecorded[], start: number): Unrecorded[] {
  return more.filter(({ at }) => at >= start);
}

function plus(recorded: Spent, more: readonly Unrecorded[], now: number): Spent {
  const sum = (all: readonly Unrecorded[]) => all.reduce((total, { micros }) => total + (micros ?? 0), 0);
  return {
    spent: recorded.spent + sum(more),
    unpriced: recorded.unpriced + more.filter(({ micros }) => micros === null).length,
    lastHour: recorded.lastHour + sum(more.filter(({ at }) => at > now - HOUR_MS)),
  };
}

function judged(budget: Budget, of: string, spent: Spent): Omit<BudgetStatus, 'forecast_micros'> {
  const share = spent.spent / budget.limit_micros;
  const left = budget.limit_micros - spent.spent;
  return {
    scope: budget.scope,
    of,
    limit_micros: budget.limit_micros,
    stop: budget.stop,
    spent_micros: spent.spent,
    unpriced_calls: spent.unpriced,
    share,
    state: share >= 1 ? 'over' : share >= WARN_SHARE ? 'warn' : 'ok',
    per_hour_micros: spent.lastHour,
    reached_in_ms: left > 0 && spent.lastHour > 0 ? Math.round((left / spent.lastHour) * HOUR_MS) : null,
  };
}
