import { deadSessions } from '../../sessions/recover.js';
import type { Session } from '../../sessions/session.js';
import type { Database } from '../../store/database.js';
import type { SessionRow } from '../contract/sessions.js';
import { NO_CALLS, SUM_COLUMNS, type SumRow, sumOf } from './money.js';

const NONE: ReadonlySet<string> = new Set();

/**
 * Sessions with what their calls took; only their own calls are read. One that is marked as running while its agent is
 * gone is `stuck`, on every page.
 */
export function sessionRows(db: Database, sessions: readonly Session[], now: number): SessionRow[] {
  const stuck = sessions.some(({ status }) => status === 'running')
    ? new Set(deadSessions(db, now).map(({ session }) => session.id))
    : NONE;
  const sums = new Map(
    db
      .all<SumRow & { readonly session_id: string }>(
        `SELECT session_id, ${SUM_COLUMNS}
         FROM llm_calls WHERE session_id IN (SELECT value FROM json_each(?)) GROUP BY session_id`,
        JSON.stringify(sessions.map((session) => session.id)),
      )
      .map((row) => [row.session_id, sumOf(row)]),
  );
  return sessions.map((session) => ({
    id: session.id,
    agent: session.agent,
    title: session.title,
    status: stuck.has(session.id) ? 'stuck' : session.status,
    issueId: session.issue_id,
    branch: session.git_branch,
    startedAt: session.started_at,
    lastSeenAt: session.last_seen_at,
    endedAt: session.ended_at,
    ...(sums.get(session.id) ?? NO_CALLS),
  }));
}
