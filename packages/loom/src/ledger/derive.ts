import { attributeCalls } from '../sessions/attribution.js';
import type { Database } from '../store/database.js';
import { SYNC } from '../sync/queues.js';
import { deriveResults } from './results.js';
import { type TurnFacts, turnEnds } from './turns.js';

/** Sessions in one transaction: few, so that hooks never wait long. */
const SESSIONS_PER_TRANSACTION = 50;

interface SessionFacts {
  readonly status: string;
  readonly ended_at: number | null;
}

/**
 * Derives the data of changed sessions again: the rest of results, the turn of calls, the ends of turns, the
 * issue of calls, and whether calls are complete. If it is killed, the next run does the rest.
 */
export function deriveStale(db: Database): void {
  const stale = db.all<{ session_id: string }>('SELECT session_id FROM stale_sessions');
  for (let from = 0; from < stale.length; from += SESSIONS_PER_TRANSACTION) {
    db.transaction(() => {
      for (const { session_id: id } of stale.slice(from, from + SESSIONS_PER_TRANSACTION)) {
        derive(db, id);
        db.run('DELETE FROM stale_sessions WHERE session_id = ?', id);
      }
    });
  }
}

function derive(db: Database, id: string): void {
  const session = db.get<SessionFacts>('SELECT status, ended_at FROM sessions WHERE id = ?', id);
  if (!session) {
    return;
  }
  deriveResults(db, id);
  db.run(
    `UPDATE llm_calls SET iteration = (SELECT n FROM iterations i WHERE i.session_id = llm_calls.session_id
       AND i.started_at <= llm_calls.started_at ORDER BY i.started_at DESC LIMIT 1)
     WHERE session_id = ? AND iteration IS NULL AND sync = ${SYNC.unsent}`,
    id,
  );
  const turns = db.all<TurnFacts>(
    `SELECT n, started_at, ended_at, outcome,
       (SELECT at FROM turn_stops t WHERE t.session_id = i.session_id AND t.turn_id = i.id) AS stopped_at,
       NULLIF(MAX(
         (SELECT COALESCE(MAX(COALESCE(ended_at, started_at)), 0) FROM llm_calls c
          WHERE c.session_id = i.session_id AND c.iteration = i.n),
         (SELECT COALESCE(MAX(started_at + COALESCE(duration_ms, 0)), 0) FROM tool_calls t
          WHERE t.session_id = i.session_id AND t.iteration = i.n)), 0) AS worked_until
     FROM iterations i WHERE session_id = ?`,
    id,
  );
  for (const { n, ended_at, outcome } of turnEnds(turns, session)) {
    // A turn that was sent to Langfuse can't be changed any more.
    db.run(
      `UPDATE iterations SET ended_at = ?3, outcome = ?4 WHERE session_id = ?1 AND n = ?2
         AND sync NOT IN (${SYNC.inOutbox}, ${SYNC.sent}) AND (ended_at IS NOT ?3 OR outcome IS NOT ?4)`,
      id,
      n,
      ended_at,
      outcome,
    );
  }
  // Imported calls have an issue but no attribution.
  if (db.get('SELECT 1 FROM attributions WHERE session_id = ? LIMIT 1', id)) {
    attributeCalls(db, id);
  }
  if (session.ended_at !== null) {
    db.run('UPDATE llm_calls SET final = 1 WHERE session_id = ? AND final = 0', id);
  }
}
