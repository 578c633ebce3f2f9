import type { SavedView, SavedViewChange } from '../dashboard/contract/saved-views.js';
import type { Home } from '../dashboard/home.js';
import { SELECT_SESSION, type Session } from '../sessions/session.js';
import type { Sql } from '../store/sql.js';
import { readState } from './forward-state.js';

/**
 * A session on another machine counts as ended after this time without events, in ms, as in
 * src/sessions/recover.ts.
 */
const IDLE_MS = 30 * 60_000;
const SAVED = 'saved_views';
const NO_JUDGEMENT = {
  reliability: { decisions: 0, bins: [], brier: null, calibration_error: null },
  regret: [],
  explored: 0,
  overridden: 0,
  contradicting: [],
};

/**
 * A team's server has the tables, but no processes and no files. Rules and budgets are on members' laptops.
 * @param problem why nothing is forwarded to Langfuse, if known
 */
export function serverHome(sql: Sql, problem: string | undefined): Home {
  return {
    deadSessions: (now) =>
      sql.all<Session>(
        `${SELECT_SESSION} WHERE status = 'running' AND last_seen_at < ?
           AND (pid IS NOT NULL OR source NOT IN ('claude-code', 'codex')) ORDER BY started_at`,
        now - IDLE_MS,
      ),
    budgets: () => [],
    routing: () => ({ judged: NO_JUDGEMENT, groups: [] }),
    sync: async () => {
      const state = await readState(sql);
      const row =
        state &&
        (await sql.get<{ n: number }>(
          'SELECT COUNT(*) AS n FROM (SELECT 1 FROM observations WHERE seq > ? LIMIT 10000)',
          state.after,
        ));
      return {
        queued: row?.n ?? 0,
        sent: state?.sent ?? 0,
        failed: state?.failed ?? 0,
        lastSentAt: state?.lastSentAt ?? null,
        problem: problem ?? state?.problem ?? null,
      };
    },
    forwardedId: (traceId) => traceId,
    rules: () => [],
    savedViews: async () => {
      const row = await sql.get<{ value: string }>('SELECT value FROM loom_meta WHERE key = ?', SAVED);
      return row ? (JSON.parse(row.value) as SavedView[]) : [];
    },
    changeSavedViews: async (change) => void (await sql.batch([changeOf(change)])),
  };
}

/** One statement, so that two concurrent saves both succeed. */
function changeOf(change: SavedViewChange): { sql: string; params: string[] } {
  const name = 'save' in change ? change.save.name : change.remove;
  const added = 'save' in change ? JSON.stringify(change.save) : null;
  return {
    sql: `INSERT INTO loom_meta(key, value) VALUES ('${SAVED}', ${added === null ? "'[]'" : 'json_array(json(?2))'})
      ON CONFLICT(key) DO UPDATE SET value = (SELECT json_group_array(json(view)) FROM (
        SELECT v.value AS view, v.value ->> 'name' AS name FROM json_each(loom_meta.value) v WHERE v.value ->> 'name' <> ?1
        ${added === null ? '' : 'UNION ALL SELECT ?2, ?1'} ORDER BY name))`,
    params: [name, ...(added === null ? [] : [added])],
  };
}
