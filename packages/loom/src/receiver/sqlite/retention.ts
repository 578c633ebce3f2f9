import type { Database } from '../../store/database.js';

export interface Retention {
  /** The newest traces that are kept. */
  readonly traces: number;
  /** Days after which a trace is forgotten. */
  readonly days: number;
}

/** About 200 MB of ordinary tool calls. */
export const DEFAULT_RETENTION: Retention = { traces: 100_000, days: 30 };

const DAY_MS = 86_400_000;

/**
 * Deletes what is older than `keep` allows, the oldest first and at most `limit` traces, so that nothing waits long;
 * the number deleted.
 */
export function deleteOldTraces(db: Database, keep: Retention, now: number, limit: number): number {
  return db.transaction(() => {
    const old = db.all<{ seq: number; id: string }>(
      // Only the oldest are looked at: this runs with every request.
      `SELECT seq, id FROM traces
       WHERE seq <= (SELECT MAX(MAX(seq) - ?1, MIN(seq) + ?3) FROM traces)
         AND (seq <= (SELECT MAX(seq) FROM traces) - ?1 OR updated_at < ?2)
       ORDER BY seq LIMIT ?3`,
      keep.traces,
      now - keep.days * DAY_MS,
      limit,
    );
    for (const { seq, id } of old) {
      // What Langfuse has been sent needs no remembering; what still waits, sync finds gone and skips.
      db.run(
        `DELETE FROM outbox WHERE entity = 'observation' AND state NOT IN ('queued', 'sending')
           AND entity_id IN (SELECT CAST(seq AS TEXT) FROM observations WHERE trace_id = ?)`,
        id,
      );
      db.run('DELETE FROM observations WHERE trace_id = ?', id);
      db.run('DELETE FROM platform_spans WHERE trace_id = ?', id);
      db.run('DELETE FROM scores WHERE trace_id = ?', id);
      db.run('DELETE FROM traces WHERE seq = ?', seq);
    }
    return old.length;
  });
}

/** Deletes old scores of sessions, and of traces that never came. */
export function deleteOldScores(db: Database, keep: Retention, now: number): void {
  db.run(
    'DELETE FROM scores WHERE received_at < ? AND NOT EXISTS (SELECT 1 FROM traces t WHERE t.id = scores.trace_id)',
    now - keep.days * DAY_MS,
  );
}
