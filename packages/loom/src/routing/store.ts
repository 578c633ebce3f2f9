import { EXIT, LoomError } from '../errors.js';
import { timedId } from '../ids.js';
import type { Database } from '../store/database.js';
import type { Weights } from './choose.js';
import type { Estimate } from './estimate.js';

export interface RoutingDecision {
  readonly id: string;
  readonly session_id: string | null;
  readonly issue_id: string | null;
  readonly at: number;
  readonly strategy: string;
  readonly chosen_agent: string | null;
  readonly chosen_model: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly reason: string | null;
  readonly alternatives: readonly string[];
  readonly estimated_cost_micros: number | null;
  readonly actual_cost_micros: number | null;
  /** 1 or 0; null while unknown. */
  readonly success: number | null;
  readonly outcome_at: number | null;
  readonly notes: string | null;
  /** The most specific name of the kind of work. */
  readonly kind: string | null;
  /** 1 if a candidate other than the best was tried on purpose. */
  readonly explored: number;
  /** The decision that a person overrode with this one. */
  readonly overrides: string | null;
  /** Estimate of each candidate; null for a decision entered by hand. */
  readonly forecast: Forecast | null;
}

/** Loom's estimate at the time of the choice, to explain and judge it later. */
export interface Forecast {
  readonly kind: readonly string[];
  readonly weights: Weights;
  /** The chosen candidate first. */
  readonly candidates: readonly Estimate[];
  readonly excluded: readonly { readonly name: string; readonly why: string }[];
}

type Row = Omit<RoutingDecision, 'alternatives' | 'forecast'> & {
  readonly alternatives: string;
  readonly forecast: string | null;
};

export interface NewDecision {
  readonly model: string;
  readonly confidence: number;
  readonly strategy: string;
  readonly agent?: string | undefined;
  readonly reason?: string | undefined;
  readonly alternatives?: readonly string[] | undefined;
  readonly estimatedCostMicros?: number | undefined;
  readonly sessionId: string | null;
  readonly issueId: string | null;
  readonly forecast?: Forecast | undefined;
  readonly explored?: boolean | undefined;
  readonly overrides?: string | undefined;
}

/** Stored with each decision of Loom. A new algorithm gets a new name. */
const ROUTER = 'beta-binomial-1';

export function recordDecision(db: Database, decision: NewDecision, now: number): RoutingDecision {
  if (!(decision.confidence >= 0 && decision.confidence <= 1)) {
    throw new LoomError(
      `A confidence of ${decision.confidence} is out of range.`,
      'Use a number from 0 to 1.',
      EXIT.usage,
    );
  }
  const id = timedId('rte', now);
  db.run(
    `INSERT INTO routing_decisions(id, session_id, issue_id, at, strategy, chosen_agent, chosen_model, confidence,
       reason, alternatives, estimated_cost_micros, forecast, kind, explored, overrides, router_version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    decision.sessionId,
    decision.issueId,
    now,
    decision.strategy,
    decision.agent,
    decision.model,
    decision.confidence,
    decision.reason,
    JSON.stringify(decision.alternatives ?? []),
    decision.estimatedCostMicros,
    decision.forecast ? JSON.stringify(decision.forecast) : null,
    decision.forecast?.kind.at(-1) ?? null,
    decision.explored ? 1 : 0,
    decision.overrides ?? null,
    decision.forecast ? ROUTER : null,
  );
  return requireDecision(db, id);
}

export function requireDecision(db: Database, id: string): RoutingDecision {
  const row = db.get<Row>(
    `SELECT id, session_id, issue_id, at, strategy, chosen_agent, chosen_model, confidence, reason, alternatives,
       estimated_cost_micros, actual_cost_micros, success, outcome_at, notes, kind, explored, overrides, forecast
     FROM routing_decisions WHERE id = ?`,
    id,
  );
  if (!row) {
    throw new LoomError(
      `There is no routing decision "${id}".`,
      '`lm route record` prints the id; `lm export --table routing_decisions` has them all.',
      EXIT.notFound,
    );
  }
  return {
    ...row,
    alternatives: JSON.parse(row.alternatives),
    forecast: row.forecast === null ? null : JSON.parse(row.forecast),
  };
}

/** Records the outcome of a decision, which confidence is compared with. */
export function recordOutcome(
  db: Database,
  id: string,
  outcome: { success: boolean; costMicros?: number | undefined; notes?: string | undefined },
  now: number,
): RoutingDecision {
  return db.transaction(() => {
    const decision = requireDecision(db, id);
    // The default cost is that of the session's calls from this decision to the next.
    const measured =
      outcome.costMicros ??
      (decision.session_id === null
        ? null
        : db.get<{ cost: number | null }>(
            `SELECT SUM(cost_micros) AS cost FROM llm_calls WHERE session_id = ?1 AND started_at >= ?2
               AND started_at < COALESCE((SELECT MIN(at) FROM routing_decisions WHERE session_id = ?1 AND at > ?2), ?3)`,
            decision.session_id,
            decision.at,
            Number.MAX_SAFE_INTEGER,
          )?.cost);
    db.run(
      `UPDATE routing_decisions SET success = ?, actual_cost_micros = ?, notes = COALESCE(?, notes), outcome_at = ?
       WHERE id = ?`,
      outcome.success,
      measured,
      outcome.notes,
      now,
      id,
    );
    return requireDecision(db, id);
  });
}
