import { budgetStatus } from '../budgets/status.js';
import { formatMicros } from '../money.js';
import type { Outcome } from '../output.js';
import { lastCheckpoint } from '../sessions/checkpoints.js';
import { type Session, sessionLine } from '../sessions/session.js';
import type { Database } from '../store/database.js';
import { budgetLine } from './budget-text.js';
import { checkpointText } from './checkpoint.js';

interface IterationRow {
  readonly n: number;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: string | null;
  readonly calls: number;
  readonly tokens: number;
  readonly cost_micros: number | null;
  readonly unpriced_calls: number;
}

/** All details of a session: iterations with their cost, files, budgets, the last checkpoint. */
export function sessionDetail(db: Database, session: Session, now: number): Outcome {
  const iterations = db.all<IterationRow>(
    `SELECT i.n, i.started_at, i.ended_at, i.outcome, COALESCE(c.calls, 0) AS calls, COALESCE(c.tokens, 0) AS tokens,
       c.cost_micros, COALESCE(c.unpriced_calls, 0) AS unpriced_calls
     FROM iterations i LEFT JOIN (
       SELECT iteration, COUNT(*) AS calls, SUM(total_tokens) AS tokens, SUM(cost_micros) AS cost_micros,
         SUM(cost_basis = 'unpriced') AS unpriced_calls
       FROM llm_calls WHERE session_id = ?1 GROUP BY iteration) c ON c.iteration = i.n
     WHERE i.session_id = ?1 ORDER BY i.n`,
    session.id,
  );
  const totals = db.get<{
    calls: number;
    tokens: number;
    cost_micros: number | null;
    unpriced_calls: number;
  }>('SELECT calls, tokens, cost_micros, unpriced_calls FROM session_costs WHERE id = ?', session.id) ?? {
    calls: 0,
    tokens: 0,
    cost_micros: null,
    unpriced_calls: 0,
  };
  const files = db.all<{ path: string; change_type: string; lines_added: number; lines_removed: number }>(
    'SELECT path, change_type, lines_added, lines_removed FROM files_modified WHERE session_id = ? ORDER BY path',
    session.id,
  );
  const budgets = budgetStatus(db, now, session.id);
  const checkpoint = lastCheckpoint(db, session.id) ?? null;
  const unpriced = totals.unpriced_calls > 0 ? ` and ${totals.unpriced_calls} calls without a price` : '';
  const lines = [
    sessionLine(session),
    ...(session.termination_reason ? [`ended      ${session.termination_reason}`] : []),
    `cost       ${totals.calls === 0 ? 'no calls yet' : `${formatMicros(totals.cost_micros)}${unpriced}, ${totals.tokens} tokens, ${totals.calls} calls`}`,
    ...budgets.map((status) => `budget     ${budgetLine(status)}`),
    ...iterations.map(
      (row) =>
        `  turn ${row.n}  ${formatMicros(row.calls === 0 ? 0 : row.cost_micros)}  ${row.tokens} tokens  ${row.outcome ?? 'running'}`,
    ),
    ...files.map(
      (file) => `  ${file.change_type.padEnd(8)} ${file.path}  +${file.lines_added} -${file.lines_removed}`,
    ),
    ...(checkpoint ? [checkpointText(checkpoint)] : []),
  ];
  return { data: { ...session, totals, iterations, files, budgets, checkpoint }, text: lines.join('\n') };
}
