import { createHash } from 'node:crypto';
import type { Database } from '../../store/database.js';
import { eventKey } from '../span-events.js';
import type { ArrivedEvent, SpanEvent } from '../trace.js';

/** False where it is there already. @param now Unix ms */
export function saveEvent(db: Database, { traceId, spanId, event }: ArrivedEvent, now: number): boolean {
  return (
    db.run(
      `INSERT INTO span_events(trace_id, span_id, digest, event, received_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
      traceId,
      spanId,
      createHash('sha256').update(eventKey(event)).digest('base64url'),
      JSON.stringify(event),
      now,
    ) === 1
  );
}

export function eventsOf(db: Database, traceId: string, spanId: string): SpanEvent[] {
  return db
    .all<{ event: string }>(
      'SELECT event FROM span_events WHERE trace_id = ? AND span_id = ? ORDER BY seq',
      traceId,
      spanId,
    )
    .map(({ event }) => JSON.parse(event) as SpanEvent);
}

/** Most programs send none, and then no span has to be looked up. */
export function hasEvents(db: Database): boolean {
  return db.get('SELECT 1 FROM span_events LIMIT 1') !== undefined;
}
