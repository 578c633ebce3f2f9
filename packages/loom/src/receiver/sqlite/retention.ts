import type { Database } from '../../store/database.js';

export interface Retention {
  /** Number of newest traces to keep. */
  readonly traces: number;
  /** Days after which a trace is deleted. */
  readonly days: number;
}

/** About 600 MB of tool calls with two observations each, as sent by bench/loom/receiver.mjs. */
export const DEFAULT_RETENTION: Retention = { traces: 100_000, days: 30 };

const DAY_MS = 86_400_000;

/** A trace with unsent data for Langfuse. Failed records do not count. */
const WAITS = `(EXISTS (SELECT 1 FROM observations o WHERE o.trace_id = t.id AND ${isUnsentSql('observation', 'o', 'CAST(o.seq AS TEXT)')})
  OR EXISTS (SELECT 1 FROM scores s WHERE s.trace_id = t.id AND ${isUnsentSql('trace_score', 's', 's.id')}))`;

function isUnsentSql(entity: string, table: string, key: string): string {
  return `(${table}.sync = 0 OR (${table}.sync = 1 AND EXISTS (SELECT 1 FROM outbox x
    WHERE x.entity = '${entity}' AND x.entity_id = ${key} AND x.state IN ('queued', 'sending'))))`;
}

/**
 * Deletes traces beyond the limits of `keep`, oldest first, at most `limit` in one call to keep it short.
 * Traces with unsent data stay, up to the same number again. Returns the number of deleted traces, or
 * undefined if all old traces wait to be sent.
 */
export function deleteOldTraces(
  db: Database,
  keep: Retention,
  now: number,
  limit: number,
): number | undefined {
  return db.transaction(() => {
    const newest = db.get<{ seq: number | null }>('SELECT MAX(seq) AS seq FROM traces')?.seq ?? 0;
    const beyond = newest - keep.traces;
    const before = now - keep.days * DAY_MS;
    const farBeyond = beyond - keep.traces;
    const firstOf = (condition: string, ...params: number[]) => {
      const first = db.get<{ seq: number; updated_at: number }>(
        `SELECT t.seq, t.updated_at FROM traces t WHERE ${condition} ORDER BY t.seq LIMIT 1`,
        ...params,
      );
      return first && (first.seq <= beyond || first.updated_at < before) ? first : undefined;
    };
    // This runs with every request, and usually there is nothing to delete: checking the first row is enough.
    if (!firstOf('1')) {
      return 0;
    }
    const mayGo = `(t.seq <= ? OR NOT ${WAITS})`;
    const first = firstOf(mayGo, farBeyond);
    if (!first) {
      return undefined;
    }
    const old = db.all<{ seq: number; id: string }>(
      `SELECT t.seq, t.id FROM traces t
       WHERE t.seq BETWEEN ? AND ? AND (t.seq <= ? OR t.updated_at < ?) AND ${mayGo} ORDER BY t.seq LIMIT ?`,
      first.seq,
      Math.max(beyond, first.seq + limit),
      beyond,
      before,
      farBeyond,
      limit,
    );
    for (const trace of old) {
      deleteTrace(db, trace);
    }
    return old.length;
  });
}

function deleteTrace(db: Database, { seq, id }: { seq: number; id: string }): void {
  // Sync skips unsent data that is deleted because there is too much of it.
  db.run(
    `DELETE FROM outbox WHERE entity = 'observation' AND state NOT IN ('queued', 'sending')
       AND entity_id IN (SELECT CAST(seq AS TEXT) FROM observations WHERE trace_id = ?)`,
    id,
  );
  db.run(
    `DELETE FROM outbox WHERE entity = 'trace_score' AND state NOT IN ('queued', 'sending')
       AND entity_id IN (SELECT id FROM scores WHERE trace_id = ?)`,
    id,
  );
  db.run('DELETE FROM observations WHERE trace_id = ?', id);
  db.run('DELETE FROM span_events WHERE trace_id = ?', id);
  db.run('DELETE FROM platform_spans WHERE trace_id = ?', id);
  db.run('DELETE FROM scores WHERE trace_id = ?', id);
  db.run('DELETE FROM traces WHERE seq = ?', seq);
}

/** Deletes old scores of sessions, and data of traces that never arrived, unless it is unsent. */
export function deleteOldScores(db: Database, keep: Retention, now: number): void {
  db.run(
    `DELETE FROM scores AS s WHERE s.received_at < ? AND NOT ${isUnsentSql('trace_score', 's', 's.id')}
       AND NOT EXISTS (SELECT 1 FROM traces t WHERE t.id = s.trace_id)`,
    now - keep.days * DAY_MS,
  );
  db.run(
    `DELETE FROM span_events AS e WHERE e.received_at < ?
       AND NOT EXISTS (SELECT 1 FROM traces t WHERE t.id = e.trace_id)`,
    now - keep.days * DAY_MS,
  );
}
