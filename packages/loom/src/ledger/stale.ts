import type { Database } from '../store/database.js';

/** Notes, in the transaction of the fact itself, that what is derived for a session has to be derived again. */
export function markStale(db: Database, sessionId: string): void {
  db.run('INSERT INTO stale_sessions(session_id) VALUES (?) ON CONFLICT DO NOTHING', sessionId);
}
