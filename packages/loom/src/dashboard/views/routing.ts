import type { Judgement as Judged } from '../../routing/judge.js';
import type { RoutingDecision } from '../../routing/store.js';
import type { Param } from '../../store/database.js';
import type { Sql } from '../../store/sql.js';
import type { Judgement, RoutingRow } from '../contract/routing.js';
import { rangeOf } from '../measure/range.js';
import { cursorText, readCursor } from './cursor.js';
import type { View } from './view.js';

const ROWS_SHOWN = 100;
/** Decisions of one session. */
const MAX_DECISIONS = 500;

export const routing: View<'routing'> = async ({ db, home, now }, { before, ...time }) => {
  const range = await rangeOf(db, now, time);
  const within = [range.from, range.to];
  const total = await db.get<{ n: number }>(
    'SELECT COUNT(*) AS n FROM routing_decisions WHERE at >= ? AND at < ?',
    ...within,
  );
  const [at, rowid] = readCursor(before, 2) ?? [null, null];
  const found = await db.all<RoutingDecision & { readonly row: number }>(
    `SELECT *, rowid AS row FROM routing_decisions
     WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR (at, rowid) < (?3, ?4)) ORDER BY at DESC, rowid DESC LIMIT ?5`,
    ...within,
    at,
    rowid,
    ROWS_SHOWN + 1,
  );
  const last = found.length > ROWS_SHOWN ? found[ROWS_SHOWN - 1] : undefined;
  const { judged, groups } = await home.routing(range, now);
  return {
    range,
    judgement: judgementOf(judged),
    calibration: groups.map((group) => {
      const [from, to] = group.key.split('-').map(Number);
      return {
        from: from ?? 0,
        to: to ?? 0,
        decisions: group.decisions,
        withOutcome: group.with_outcome,
        confidence: group.confidence,
        successRate: group.success_rate,
      };
    }),
    rows: found.slice(0, ROWS_SHOWN).map(rowOf),
    total: total?.n ?? 0,
    next: last ? cursorText([last.at, last.row]) : null,
  };
};

function judgementOf({ reliability, ...rest }: Judged): Judgement {
  const { calibration_error: calibrationError, ...known } = reliability;
  return { ...rest, reliability: { ...known, calibrationError } };
}

export async function routingOfSession(db: Sql, sessionId: string): Promise<RoutingRow[]> {
  return await decisions(db, 'session_id = ?', [sessionId]);
}

/** The last decision in a session before a moment. A call at that moment is the result of it. */
export async function routingBefore(db: Sql, sessionId: string, at: number): Promise<RoutingRow | undefined> {
  return (await decisions(db, 'session_id = ? AND at <= ?', [sessionId, at]))[0];
}

/** The latest first. */
async function decisions(db: Sql, where: string, params: readonly Param[]): Promise<RoutingRow[]> {
  return (
    await db.all<RoutingDecision>(
      `SELECT * FROM routing_decisions WHERE ${where} ORDER BY at DESC, id DESC LIMIT ${MAX_DECISIONS}`,
      ...params,
    )
  ).map(rowOf);
}

function rowOf(row: RoutingDecision): RoutingRow {
  return {
    id: row.id,
    at: row.at,
    strategy: row.strategy,
    agent: row.chosen_agent,
    model: row.chosen_model,
    confidence: row.confidence,
    reason: row.reason,
    success: row.success === null ? null : row.success === 1,
    estimated: row.estimated_cost_micros,
    actual: row.actual_cost_micros,
    sessionId: row.session_id,
    issueId: row.issue_id,
  };
}
