import { EXIT, LoomError } from '../errors.js';
import { timedId } from '../ids.js';
import type { Database } from '../store/database.js';

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
  /** 1 or 0 once it is known. */
  readonly success: number | null;
  readonly outcome_at: number | null;
  readonly notes: string | null;
}

type Row = Omit<RoutingDecision, 'alternatives'> & { readonly alternatives: string };

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
}

export function recordDecision(db: Database, decision: NewDecision, now: number): RoutingDecision {
  if (!(decision.confidence >= 0 && decision.confidence <= 1)) {
    throw new LoomError(
      `A confidence of ${decision.confidence} is out of range.`,
      'Give a number from 0 to 1.',
      EXIT.usage,
    );
  }
  const id = timedId('rte', now);
  db.run(
    `INSERT INTO routing_decisions(id, session_id, issue_id, at, strategy, chosen_agent, chosen_model, confidence,
       reason, alternatives, estimated_cost_micros)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
  );
  return requireDecision(db, id);
}

function requireDecision(db: Database, id: string): RoutingDecision {
  const row = db.get<Row>(
    `SELECT id, session_id, issue_id, at, strategy, chosen_agent, chosen_model, confidence, reason, alternatives,
       estimated_cost_micros, actual_cost_micros, success, outcome_at, notes
     FROM routing_decisions WHERE id = ?`,
    id,
  );
  if (!row) {
    throw new LoomError(
      `There is no routing decision ${id}.`,
      '`lm route record` prints the id; `lm export --table routing_decisions` has them all.',
      EXIT.notFound,
    );
  }
  return { ...row, alternatives: JSON.parse(row.alternatives) };
}

/** What came of a decision: without this, confidence says nothing. */
export function recordOutcome(
  db: Database,
  id: string,
  outcome: { success: boolean; costMicros?: number | undefined; notes?: string | undefined },
  now: number,
): RoutingDecision {
  return db.transaction(() => {
    const decision = requireDecision(db, id);
    // Where no cost is given, it is that of its session's calls from the decision on, up to the next one.
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
