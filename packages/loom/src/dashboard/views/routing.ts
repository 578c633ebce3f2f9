import { routingReport } from '../../routing/report.js';
import type { RoutingDecision } from '../../routing/store.js';
import type { Database, Param } from '../../store/database.js';
import type { RoutingRow } from '../contract/routing.js';
import { startOfDays } from './days.js';
import type { View } from './view.js';

const ROWS_SHOWN = 500;

export const routing: View<'routing'> = ({ db, now }, { days }) => {
  const since = startOfDays(now, days);
  return {
    calibration: routingReport(db, 'confidence', since).map((group) => {
      const [from, to] = group.key.split('-').map(Number);
      return {
        from: from ?? 0,
        to: to ?? 0,
        decisions: group.decisions,
        withOutcome: group.with_outcome,
        confidence: group.confidence,
        successRate: group.success_rate,
      };
    }),
    rows: decisions(db, 'at >= ?', [since]),
  };
};

export function routingOfSession(db: Database, sessionId: string): RoutingRow[] {
  return decisions(db, 'session_id = ?', [sessionId]);
}

/** The decision that was last made in a session before a moment: the one a call then came from. */
export function routingBefore(db: Database, sessionId: string, at: number): RoutingRow | undefined {
  return decisions(db, 'session_id = ? AND at <= ?', [sessionId, at])[0];
}

/** The latest first. */
function decisions(db: Database, where: string, params: readonly Param[]): RoutingRow[] {
  return db
    .all<RoutingDecision>(
      `SELECT * FROM routing_decisions WHERE ${where} ORDER BY at DESC, id DESC LIMIT ${ROWS_SHOWN}`,
      ...params,
    )
    .map((row) => ({
      id: row.id,
      at: row.at,
      strategy: row.strategy,
      agent: row.chosen_agent,
      model: row.chosen_model,
      confidence: row.confidence,
      reason: row.reason,
      success: row.success === null ? null : row.success === 1,
      estimated: row.estimated_cost_micros,
      actual: row.actual_cost_micros,
      sessionId: row.session_id,
      issueId: row.issue_id,
    }));
}
