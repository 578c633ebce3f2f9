import type { SpanData } from '../span.js';

export type Attribute = string | number | boolean | readonly string[];

/** An attribute in OTLP/JSON. */
export interface KeyValue {
  key: string;
  value: object;
}

/** Adds attributes to `list`: with the name in `names`, or else with the prefix. Keys of `except` are left out. */
export function keyValues(
  list: KeyValue[],
  from: Record<string, Attribute | undefined>,
  prefix = '',
  except: object = {},
  names?: Record<string, string>,
): KeyValue[] {
  for (const key in from) {
    const value = from[key];
    if (value !== undefined && !Object.hasOwn(except, key))
      list.push({ key: names?.[key] ?? prefix + key, value: anyValue(value) });
  }
  return list;
}

/**
 * A span as OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids as hex, times as
 * decimal strings.
 * @param kind SPAN_KIND: 1 internal, 2 server, 3 client
 */
export function spanJson(span: SpanData, name: string, kind: number, attributes: KeyValue[]): string {
  const { level, statusMessage } = span.fields;
  return JSON.stringify({
    traceId: span.trace.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentId,
    name,
    kind,
    startTimeUnixNano: nanoseconds(span.start),
    endTimeUnixNano: nanoseconds(span.stop),
    attributes,
    // STATUS_CODE_ERROR, STATUS_CODE_UNSET
    status: level === 'ERROR' ? { code: 2, message: kind === 1 ? undefined : statusMessage } : { code: 0 },
  });
}

/** Nanoseconds are too large for a number, so the digits below a millisecond are added as text. */
function nanoseconds(ms: number): string {
  return Math.floor(ms) + (ms % 1).toFixed(6).slice(2);
}

function anyValue(value: Attribute): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'object') return { arrayValue: { values: value.map(anyValue) } };
  return typeof value === 'number' ? { doubleValue: value } : { boolValue: value };
}
