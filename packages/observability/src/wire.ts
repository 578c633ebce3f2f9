import { encodeText } from './encode.js';
import type { Attribute, Attributes } from './fields.js';
import type { Settings } from './settings.js';
import type { ScoreOptions } from './types.js';

/** Random bytes in store: asking the system for eight at a time costs more than all else that an id does. */
const pool = new Uint8Array(1024);
let used = pool.length;

/** A random id: 32 hex digits for a trace (`bytes` 16), 16 for a span (`bytes` 8). */
export function newId(bytes: 8 | 16): string {
  if (used + bytes > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  let id = '';
  for (const end = used + bytes; used < end; used++) id += ((pool[used] ?? 0) | 256).toString(16).slice(1);
  return id;
}

/** An attribute as OTLP/JSON has it. */
export interface KeyValue {
  key: string;
  value: object;
}

/** Attributes under a prefix, without those that `except` has, added to `list`. */
export function keyValues(
  from: Attributes,
  prefix = '',
  except?: Attributes,
  list: KeyValue[] = [],
): KeyValue[] {
  for (const key in from) {
    const value = from[key];
    if (value !== undefined && !(except && key in except))
      list.push({ key: prefix + key, value: anyValue(value) });
  }
  return list;
}

/**
 * A span as OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids as hex, times as
 * decimal strings.
 */
export function spanJson(
  span: {
    traceId: string;
    spanId: string;
    parentId: string | undefined;
    name: string;
    /** Milliseconds since the epoch. */
    start: number;
    stop: number;
    failed: boolean;
  },
  attributes: KeyValue[],
): string {
  return JSON.stringify({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentId,
    name: span.name,
    kind: 1, // SPAN_KIND_INTERNAL
    startTimeUnixNano: nanoseconds(span.start),
    endTimeUnixNano: nanoseconds(span.stop),
    attributes,
    status: { code: span.failed ? 2 : 0 }, // STATUS_CODE_ERROR, STATUS_CODE_UNSET
  });
}

export type NewScore = ScoreOptions & { observationId?: string | undefined };

/** A body for POST /api/public/scores. It names exactly one of a trace (with or without an observation) and a session. */
export function scoreJson(
  settings: Settings,
  target: { traceId: string } | { sessionId: string },
  { id, name, value, comment, dataType, observationId }: NewScore,
): string {
  const byType = { string: 'CATEGORICAL', boolean: 'BOOLEAN', number: 'NUMERIC' };
  return JSON.stringify({
    id: id ?? newId(16),
    ...target,
    observationId,
    name: encodeText(name, settings, 500),
    value: typeof value === 'string' ? encodeText(value, settings, 500) : Number(value),
    dataType: dataType ?? byType[typeof value as keyof typeof byType],
    comment: comment && encodeText(comment, settings),
    environment: settings.environment || undefined,
  });
}

/** Nanoseconds do not fit a number: the part below a millisecond is put behind the rest as text. */
function nanoseconds(ms: number): string {
  return Math.floor(ms) + (ms % 1).toFixed(6).slice(2);
}

function anyValue(value: Attribute): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'object') return { arrayValue: { values: value.map(anyValue) } };
  return typeof value === 'number' ? { doubleValue: value } : { boolValue: value };
}
