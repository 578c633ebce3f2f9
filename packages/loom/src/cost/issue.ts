import type { Database } from '../store/database.js';

export interface IssueCost {
  readonly calls: number;
  readonly tokens: number;
  readonly sessions: number;
  readonly cost_micros: number | null;
  readonly unpriced_calls: number;
}

export function costOfIssue(db: Database, issueId: string): IssueCost {
  return (
    db.get<IssueCost>(
      `SELECT COUNT(*) AS calls, COALESCE(SUM(total_tokens), 0) AS tokens, COUNT(DISTINCT session_id) AS sessions,
         SUM(cost_micros) AS cost_micros, COALESCE(SUM(cost_basis = 'unpriced'), 0) AS unpriced_calls
       FROM llm_calls WHERE issue_id = ?`,
      issueId,
    ) ?? { calls: 0, tokens: 0, sessions: 0, cost_micros: null, unpriced_calls: 0 }
  );
}
