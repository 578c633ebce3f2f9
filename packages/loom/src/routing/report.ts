import type { Database } from '../store/database.js';

export interface RoutingGroup {
  readonly key: string;
  readonly decisions: number;
  readonly with_outcome: number;
  readonly succeeded: number;
  /** Mean confidence of the decisions with a known outcome. */
  readonly confidence: number | null;
  /** Share of known outcomes that succeeded. It is near the confidence if that is calibrated. */
  readonly success_rate: number | null;
  readonly estimated_cost_micros: number | null;
  readonly actual_cost_micros: number | null;
}

const KEYS = {
  model: 'chosen_model',
  strategy: 'strategy',
  // 0.0-0.2 .. 0.8-1.0. A confidence of 1 is in the last bin.
  confidence:
    "printf('%.1f-%.1f', MIN(CAST(confidence * 5 AS INTEGER), 4) / 5.0, (MIN(CAST(confidence * 5 AS INTEGER), 4) + 1) / 5.0)",
} as const;

export type RoutingKey = keyof typeof KEYS;

/** Confidence and outcome of all decisions between two times (Unix ms). */
export function routingReport(
  db: Database,
  by: RoutingKey,
  since: number,
  until = Number.MAX_SAFE_INTEGER,
): RoutingGroup[] {
  return db.all<RoutingGroup>(
    `SELECT ${KEYS[by]} AS key, COUNT(*) AS decisions, COUNT(success) AS with_outcome,
       COALESCE(SUM(success), 0) AS succeeded,
       AVG(CASE WHEN success IS NOT NULL THEN confidence END) AS confidence, AVG(success) AS success_rate,
       SUM(CASE WHEN success IS NOT NULL THEN estimated_cost_micros END) AS estimated_cost_micros,
       SUM(actual_cost_micros) AS actual_cost_micros
     FROM routing_decisions WHERE at >= ? AND at < ? GROUP BY 1 ORDER BY 1`,
    since,
    until,
  );
}
