import type { Session } from '../../sessions/session.js';
import { cursorText, readCursor } from './cursor.js';
import { sessionRows } from './session-rows.js';
import type { View } from './view.js';

/** The latest first. */
export const sessions: View<'sessions'> = ({ db, now }, { limit, issue, before }) => {
  const [startedAt, rowid] = readCursor(before, 2) ?? [null, null];
  const found = db.all<Session & { readonly row: number }>(
    `SELECT s.*, s.rowid AS row FROM sessions s
     WHERE (?1 IS NULL OR (s.started_at, s.rowid) < (?1, ?2))
       AND (?3 IS NULL OR s.issue_id = ?3
         OR EXISTS (SELECT 1 FROM attributions a WHERE a.session_id = s.id AND a.issue_id = ?3))
     ORDER BY s.started_at DESC, s.rowid DESC LIMIT ?4`,
    startedAt,
    rowid,
    issue ?? null,
    limit + 1,
  );
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    rows: sessionRows(db, found.slice(0, limit), now),
    next: last ? cursorText([last.started_at, last.row]) : null,
  };
};
