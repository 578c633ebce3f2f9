import type { Session } from '../../sessions/session.js';
import { type Condition, joined } from '../measure/conditions.js';
import { optionalRange } from '../measure/range.js';
import { cursorText, readCursor } from './cursor.js';
import { sessionRows } from './session-rows.js';
import type { View } from './view.js';

/** Latest first: all sessions, or those that were active in the requested period. */
export const sessions: View<'sessions'> = async (context, { limit, issue, before, ...time }) => {
  const { db, now } = context;
  const range = await optionalRange(db, now, time);
  const where = joined([
    ...(range ? [{ sql: 's.started_at < ? AND s.last_seen_at >= ?', params: [range.to, range.from] }] : []),
    ...(issue ? [ofIssue(issue)] : []),
  ]);
  const total = await db.get<{ n: number }>(
    `SELECT COUNT(*) AS n FROM sessions s WHERE ${where.sql}`,
    ...where.params,
  );
  const cursor = readCursor(before, 2);
  const page = joined([
    where,
    ...(cursor ? [{ sql: '(s.started_at, s.rowid) < (?, ?)', params: [...cursor] }] : []),
  ]);
  const found = await db.all<Session & { readonly row: number }>(
    `SELECT s.*, s.rowid AS row FROM sessions s WHERE ${page.sql}
     ORDER BY s.started_at DESC, s.rowid DESC LIMIT ?`,
    ...page.params,
    limit + 1,
  );
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    rows: await sessionRows(context, found.slice(0, limit)),
    total: total?.n ?? 0,
    next: last ? cursorText([last.started_at, last.row]) : null,
  };
};

function ofIssue(issue: string): Condition {
  return {
    sql: `(s.issue_id = ? OR EXISTS (SELECT 1 FROM attributions a WHERE a.session_id = s.id AND a.issue_id = ?))`,
    params: [issue, issue],
  };
}
