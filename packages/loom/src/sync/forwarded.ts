import { encodeAttributes, encodeEvents, encodeValues } from '../receiver/encode.js';
import { type ObservationRow, type ScoreRow, scoreOf, spanOf } from '../receiver/sqlite/rows.js';
import type { OtlpSpan } from './otlp.js';
import type { Score } from './score.js';

/** The receiver's data in the form for Langfuse, with the same ids if possible. */

/** The same hex digits for the same text. A laptop and a Worker compute SHA-256 in different ways. */
export type StableId = (input: string, length: number) => string;

export interface ForwardedIds {
  /** The project's part of each generated id. */
  readonly project: string;
  readonly stableId: StableId;
}

/** `.loom/loom.db` has times in microseconds. */
const NANOS_PER_MICRO = 1000n;

/**
 * Data of the ingestion API may still change, but not after it is on Langfuse. It is sent after this time
 * without changes, in ms.
 */
export const SETTLED_MS = 30_000;

/**
 * SQL: whether an observation `o` may still change.
 * @param since the parameter with a time (Unix ms); nothing may have arrived after it
 */
export function unsettled(since: string): string {
  return `(o.source = 'ingestion' AND EXISTS
    (SELECT 1 FROM traces t WHERE t.id = o.trace_id AND t.updated_at > ${since}))`;
}

export function forwardedSpan(row: ObservationRow, ids: ForwardedIds): OtlpSpan {
  const span = spanOf(row);
  const end = row.started_us + (row.duration_us ?? 0);
  return {
    traceId: forwardedTraceId(row.trace_id, ids),
    spanId: otlpSpanId(row.trace_id, row.id, ids),
    ...(row.parent_id === null ? {} : { parentSpanId: otlpSpanId(row.trace_id, row.parent_id, ids) }),
    // Langfuse computes the observation's name from this, as this receiver did.
    name: span.wire?.name ?? span.name,
    kind: 1,
    startTimeUnixNano: String(BigInt(row.started_us) * NANOS_PER_MICRO),
    endTimeUnixNano: String(BigInt(end) * NANOS_PER_MICRO),
    attributes: encodeAttributes(span),
    ...(span.wire && span.wire.events.length > 0 ? { events: encodeEvents(span.wire.events) } : {}),
    status:
      span.level === 'ERROR'
        ? { code: 2, ...(span.statusMessage === null ? {} : { message: span.statusMessage }) }
        : { code: 0 },
    origin: { scope: span.scope, resource: encodeValues(span.resource) },
  };
}

export function forwardedScore(row: ScoreRow, ids: ForwardedIds): Score {
  const { traceId, observationId, sessionId, comment, metadata, dataType, id, name, value, atMs } =
    scoreOf(row);
  return {
    id,
    name,
    value,
    timestamp: new Date(atMs).toISOString(),
    ...(dataType === null ? {} : { dataType }),
    ...(comment === null ? {} : { comment }),
    ...(metadata === null ? {} : { metadata }),
    ...(sessionId === null ? {} : { sessionId }),
    ...(traceId === null ? {} : { traceId: forwardedTraceId(traceId, ids) }),
    ...(traceId === null || observationId === null
      ? {}
      : { observationId: otlpSpanId(traceId, observationId, ids) }),
  };
}

/**
 * A trace's id on Langfuse. OpenTelemetry's ids are hex. Those of the ingestion API may be any text, usually
 * a UUID.
 */
export function forwardedTraceId(id: string, { project, stableId }: ForwardedIds): string {
  const hex = id.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(hex) && /[^0]/.test(hex) ? hex : stableId(`loom:${project}:trace:${id}`, 32);
}

function otlpSpanId(traceId: string, id: string, { project, stableId }: ForwardedIds): string {
  return /^[0-9a-f]{16}$/.test(id) && /[^0]/.test(id)
    ? id
    : stableId(`loom:${project}:observation:${traceId}:${id}`, 16);
}
