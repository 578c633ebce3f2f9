import type { Database } from '../store/database.js';

/** Outcomes of work without a session in Loom, reported by another tool or agent. */
export interface Execution {
  readonly id: string;
  readonly agent: string | null;
  readonly model: string | null;
  /** The general kind of work. */
  readonly kind: string | null;
  readonly issueId: string | null;
  readonly success: boolean;
  readonly costMicros: number | null;
  readonly durationMs: number | null;
  readonly says: string;
  /** Unix ms. */
  readonly at: number;
}

/** Returns false if it was already recorded. */
export function recordExecution(db: Database, one: Execution): boolean {
  return (
    db.run(
      `INSERT INTO routing_outcomes(id, agent, model, kind, issue_id, source, success, cost_micros, duration_ms, says, at)
       VALUES (?, ?, ?, ?, (SELECT id FROM issues WHERE id = ?), 'import', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      one.id,
      one.agent,
      one.model,
      one.kind,
      one.issueId,
      one.success,
      one.costMicros,
      one.durationMs,
      one.says,
      one.at,
    ) > 0
  );
}
