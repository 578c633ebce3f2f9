import { SELECT_SESSION, type Session } from '../../sessions/session.js';
import type { Sql } from '../../store/sql.js';
import type { SessionRow } from '../contract/sessions.js';
import { NO_CALLS, SUM_COLUMNS, type SumRow, sumOf } from './money.js';
import type { ViewContext } from './view.js';

/** By Loom's own id. */
export async function findSession(db: Sql, id: string): Promise<Session | undefined> {
  return await db.get<Session>(`${SELECT_SESSION} WHERE id = ?`, id);
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Sessions with the totals of their calls. It reads only the calls of these sessions. A session that is
 * marked as running but has no agent is `stuck` on every page.
 */
export async function sessionRows(
  { db, home, now }: Pick<ViewContext, 'db' | 'home' | 'now'>,
  sessions: readonly Session[],
): Promise<SessionRow[]> {
  const stuck = sessions.some(({ status }) => status === 'running')
    ? new Set((await home.deadSessions(now)).map((session) => session.id))
    : NONE;
  const sums = new Map(
    (
      await db.all<SumRow & { readonly session_id: string }>(
        `SELECT session_id, ${SUM_COLUMNS}
         FROM llm_calls WHERE session_id IN (SELECT value FROM json_each(?)) GROUP BY session_id`,
        JSON.stringify(sessions.map((session) => session.id)),
      )
    ).map((row) => [row.session_id, sumOf(row)]),
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
