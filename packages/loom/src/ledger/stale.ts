import type { Database } from '../store/database.js';

/** Marks a session so that its data is derived again, in the transaction of the change. */
export function markStale(db: Database, sessionId: string): void {
  db.run('INSERT INTO stale_sessions(session_id) VALUES (?) ON CONFLICT DO NOTHING', sessionId);
}
