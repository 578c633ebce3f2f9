import type { Session } from '../../sessions/session.js';
import type { Database } from '../../store/database.js';
import type { Money, SessionRow } from '../contract.js';
import { MONEY_COLUMNS, moneyOf, NO_MONEY } from './money.js';

type Sum = Money & { readonly session_id: string; readonly calls: number; readonly tokens: number };

/** Sessions with what their calls took; only their own calls are read. */
export function sessionRows(db: Database, sessions: readonly Session[]): SessionRow[] {
  const sums = new Map(
    db
      .all<Sum>(
        `SELECT session_id, COUNT(*) AS calls, COALESCE(SUM(total_tokens), 0) AS tokens, ${MONEY_COLUMNS}
         FROM llm_calls WHERE session_id IN (SELECT value FROM json_each(?)) GROUP BY session_id`,
        JSON.stringify(sessions.map((session) => session.id)),
      )
      .map((sum) => [sum.session_id, sum]),
  );
  return sessions.map((session) => {
    const sum = sums.get(session.id);
    return {
      id: session.id,
      agent: session.agent,
      title: session.title,
      status: session.status,
      issueId: session.issue_id,
      branch: session.git_branch,
      startedAt: session.started_at,
      lastSeenAt: session.last_seen_at,
      endedAt: session.ended_at,
      calls: sum?.calls ?? 0,
      tokens: sum?.tokens ?? 0,
      cost: sum ? moneyOf(sum) : NO_MONEY,
    };
  });
}
