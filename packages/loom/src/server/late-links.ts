import { lateLinks } from '../receiver/sqlite/link.js';
import { runStepsOn } from '../receiver/sqlite/query-steps.js';
import type { Sql } from '../store/sql.js';

/** In `loom_meta`: rows of members up to this one are linked. */
const LINKED = 'linked_up_to';
/** Rows of one step. */
const AT_ONCE = 500;
/** Steps of one run, with seven statements each at most. */
const STEPS = 5;

/** `row_versions` counts the rows of members in the order in which they were pushed. */
const PUSHED = `SELECT v.seq, CASE v.tbl WHEN 'sessions' THEN v.row_key ->> 0
    ELSE (SELECT c.session_id FROM tool_calls c WHERE c.id = v.row_key ->> 0) END AS session
  FROM row_versions v WHERE v.tbl IN ('sessions', 'tool_calls') AND v.seq > ? ORDER BY v.seq LIMIT ?`;
/** The new revision makes concurrent writers read the trace again. */
const LINK = `UPDATE traces SET loom_session_id = e.value ->> 1, loom_basis = e.value ->> 2, revision = revision + 1
  FROM json_each(?) e WHERE traces.seq = e.value ->> 0 AND traces.loom_session_id IS e.value ->> 3`;

/** Links the traces that came before members pushed their sessions with `lm remote`. */
export async function linkLate(sql: Sql): Promise<void> {
  const noted = await sql.get<{ value: string }>('SELECT value FROM loom_meta WHERE key = ?', LINKED);
  let after = Number(noted?.value ?? 0);
  for (let step = 0; step < STEPS; step += 1) {
    const rows = await sql.all<{ seq: number; session: string | null }>(PUSHED, after, AT_ONCE);
    const last = rows.at(-1)?.seq;
    if (last === undefined) {
      return;
    }
    after = last;
    const sessions = new Set(rows.flatMap(({ session }) => session ?? []));
    const links = await runStepsOn(sql, lateLinks([...sessions]));
    const linked = links.map(({ seq, sessionId, basis, before }) => [seq, sessionId, basis, before]);
    await sql.batch([
      { sql: LINK, params: [JSON.stringify(linked)] },
      {
        sql: 'INSERT INTO loom_meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
        params: [LINKED, String(after)],
      },
    ]);
  }
}
