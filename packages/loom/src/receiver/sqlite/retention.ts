import type { Database } from '../../store/database.js';

export interface Retention {
  /** The newest traces that are kept. */
  readonly traces: number;
  /** Days after which a trace is forgotten. */
  readonly days: number;
}

/** About 600 MB of tool calls with two observations below each, as bench/loom/receiver.mjs sends them. */
export const DEFAULT_RETENTION: Retention = { traces: 100_000, days: 30 };

const DAY_MS = 86_400_000;

/**
 * Deletes what is older than `keep` allows, the oldest first and at most `limit` traces, so that nothing waits long;
 * the number deleted.
 */
export function deleteOldTraces(db: Database, keep: Retention, now: number, limit: number): number {
  return db.transaction(() => {
    // Nearly always there is nothing to do, and this runs with every request: the first row tells.
    const newest = db.get<{ seq: number | null }>('SELECT MAX(seq) AS seq FROM traces')?.seq ?? 0;
    const first = db.get<{ seq: number; updated_at: number }>(
      'SELECT seq, updated_at FROM traces ORDER BY seq LIMIT 1',
    );
    const beyond = newest - keep.traces;
    const before = now - keep.days * DAY_MS;
    if (!first || (first.seq > beyond && first.updated_at >= before)) {
      return 0;
    }
    const old = db.all<{ seq: number; id: string }>(
      'SELECT seq, id FROM traces WHERE seq <= ? AND (seq <= ? OR updated_at < ?) ORDER BY seq LIMIT ?',
      Math.max(beyond, first.seq + limit),
      beyond,
      before,
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
