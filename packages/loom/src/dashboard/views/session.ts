import type { Sql } from '../../store/sql.js';
import type { SessionView } from '../contract/session.js';
import { budgetRows } from './budgets.js';
import { findIssueRow } from './issue-rows.js';
import { NO_CALLS, SUM_COLUMNS, type SumRow, sumOf } from './money.js';
import { routingOfSession } from './routing.js';
import { findSession, sessionRows } from './session-rows.js';
import { TRACE_COLUMNS, type TraceRecord, traceRow } from './trace-rows.js';
import { type View, ViewError } from './view.js';

const TRACES_SHOWN = 200;

export const session: View<'sessions/:id'> = async (context, _params, id) => {
  const { db } = context;
  const found = await findSession(db, id);
  const [row] = found ? await sessionRows(context, [found]) : [];
  if (!found || !row) {
    throw new ViewError(404, `There is no session "${id}".`);
  }
  return {
    row,
    terminationReason: found.termination_reason,
    iterations: await iterations(db, id),
    models: await models(db, id),
    files: await db.all(
      `SELECT path, change_type AS change, lines_added AS added, lines_removed AS removed
       FROM files_modified WHERE session_id = ? ORDER BY path`,
      id,
    ),
    checkpoints: await db.all(
      `SELECT id, at, summary, git_commit AS "commit" FROM checkpoints WHERE session_id = ? ORDER BY seq DESC`,
      id,
    ),
    tools: await db.all(
      `SELECT name, COUNT(*) AS calls, COALESCE(SUM(ok = 0), 0) AS errors FROM tool_calls
       WHERE session_id = ? GROUP BY name ORDER BY calls DESC, name`,
      id,
    ),
    issue: (found.issue_id && (await findIssueRow(db, found.issue_id))) || null,
    budgets: await budgetRows(context, id),
    routing: await routingOfSession(db, id),
    traceCount:
      (await db.get<{ n: number }>('SELECT COUNT(*) AS n FROM traces WHERE loom_session_id = ?', id))?.n ?? 0,
    traces: (
      await db.all<TraceRecord>(
        `SELECT ${TRACE_COLUMNS} FROM traces t WHERE t.loom_session_id = ?
         ORDER BY t.started_us DESC LIMIT ${TRACES_SHOWN}`,
        id,
      )
    ).map(traceRow),
  };
};

async function iterations(db: Sql, id: string): Promise<SessionView['iterations']> {
  const sums = new Map(
    (
      await db.all<SumRow & { iteration: number | null }>(
        `SELECT iteration, ${SUM_COLUMNS}
         FROM llm_calls WHERE session_id = ? GROUP BY iteration`,
        id,
      )
    ).map((row) => [row.iteration, sumOf(row)]),
  );
  return (
    await db.all<{
      n: number;
      started_at: number;
      ended_at: number | null;
      outcome: string | null;
      tools: number;
    }>(
      `SELECT i.n, i.started_at, i.ended_at, i.outcome, COALESCE(t.tools, 0) AS tools
       FROM iterations i LEFT JOIN (
         SELECT iteration, COUNT(*) AS tools FROM tool_calls WHERE session_id = ?1 GROUP BY iteration) t
         ON t.iteration = i.n
       WHERE i.session_id = ?1 ORDER BY i.n`,
      id,
    )
  ).map((row) => ({
    n: row.n,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    tools: row.tools,
    ...(sums.get(row.n) ?? NO_CALLS),
    outcome: row.outcome,
  }));
}

async function models(db: Sql, id: string): Promise<SessionView['models']> {
  return (
    await db.all<SumRow & { model: string }>(
      `SELECT model, ${SUM_COLUMNS}
       FROM llm_calls WHERE session_id = ? GROUP BY model ORDER BY micros DESC, tokens DESC`,
      id,
    )
  ).map((row) => ({ model: row.model, ...sumOf(row) }));
}
