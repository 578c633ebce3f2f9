import { encodeText } from './encode.js';
import type { Attribute, Attributes } from './fields.js';
import type { Settings } from './settings.js';
import type { ScoreOptions } from './types.js';

/** 32 random hex digits, as a trace id has them; a span id has the last 16. */
export function newId(): string {
  return crypto.randomUUID().replaceAll('-', '');
}

/** An attribute as OTLP/JSON has it. */
export interface KeyValue {
  key: string;
  value: object;
}

/** Attributes under a prefix, without those that `except` has, added to `list`. */
export function keyValues(
  list: KeyValue[],
  from: Attributes,
  prefix = '',
  except: Attributes = {},
): KeyValue[] {
  for (const key in from) {
    const value = from[key];
    if (value !== undefined && !Object.hasOwn(except, key))
      list.push({ key: prefix + key, value: anyValue(value) });
  }
  return list;
}

/**
 * A span as OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids as hex, times as
 * decimal strings.
 * @param start milliseconds since the epoch
 * @param stop milliseconds since the epoch
 */
export function spanJson(
  span: { traceId: string; spanId: string; parentSpanId: string | undefined; name: string },
  start: number,
  stop: number,
  attributes: KeyValue[],
  isError: boolean,
): string {
  return JSON.stringify({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: 1, // SPAN_KIND_INTERNAL
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(stop),
    attributes,
    status: { code: isError ? 2 : 0 }, // STATUS_CODE_ERROR, STATUS_CODE_UNSET
  });
}

export type NewScore = ScoreOptions & { observationId?: string | undefined };

/** A body for POST /api/public/scores. It names exactly one of a trace (with or without an observation) and a session. */
export function scoreJson(
  settings: Settings,
  target: { traceId?: string; sessionId?: string },
  { id, name, value, comment, dataType, observationId }: NewScore,
): string {
  // Ids as the spans have them: masked in one place and not in the other, they would not meet.
  const encode = (text: string | undefined, limit = 200) => text && encodeText(text, settings, limit);
  const byType = { string: 'CATEGORICAL', boolean: 'BOOLEAN', number: 'NUMERIC' };
  return JSON.stringify({
    id: encode(id) || newId(),
    traceId: encode(target.traceId),
    sessionId: encode(target.sessionId),
    observationId,
    name: encode(name, 500),
    value: typeof value === 'string' ? encode(value, 500) : Number(value),
    dataType: dataType ?? byType[typeof value as keyof typeof byType],
    comment: encode(comment, settings.maxValueLength),
    environment: encode(settings.environment),
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
