import type { Database } from '../../store/database.js';
import type { PlatformKind, PlatformRecord } from './span.js';

interface Row {
  readonly trace_id: string;
  readonly id: string;
  readonly parent_id: string | null;
  readonly service: string | null;
  readonly name: string;
  readonly kind: PlatformKind;
  readonly started_us: number;
  readonly duration_us: number | null;
  readonly outcome: string | null;
  readonly error: string | null;
  readonly attributes: string;
}

/** The stored spans of a trace, earliest first. */
export function savedSpans(db: Database, traceId: string): PlatformRecord[] {
  return db
    .all<Row>('SELECT * FROM platform_spans WHERE trace_id = ? ORDER BY started_us, id', traceId)
    .map((row) => ({
      traceId: row.trace_id,
      id: row.id,
      parentId: row.parent_id,
      service: row.service,
      name: row.name,
      kind: row.kind,
      startedUs: row.started_us,
      durationUs: row.duration_us,
      outcome: row.outcome,
      error: row.error,
      attributes: JSON.parse(row.attributes),
    }));
}

/** Stores the spans, because `wrangler dev` forgets them when it ends and Cloudflare after some days. */
export function saveSpans(db: Database, spans: readonly PlatformRecord[]): void {
  db.transaction(() => {
    for (const span of spans) {
      db.run(
        `INSERT INTO platform_spans(trace_id, id, parent_id, service, name, kind, started_us, duration_us, outcome, error,
           attributes)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT(trace_id, id) DO UPDATE SET duration_us = excluded.duration_us, outcome = excluded.outcome,
           error = excluded.error, attributes = excluded.attributes`,
        span.traceId,
        span.id,
        span.parentId,
        span.service,
        span.name,
        span.kind,
        span.startedUs,
        span.durationUs,
        span.outcome,
        span.error,
        JSON.stringify(span.attributes),
      );
    }
  });
}
