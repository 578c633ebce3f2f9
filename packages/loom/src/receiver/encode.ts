import { jsonOrText } from './attributes.js';
import type { ReceivedSpan, SpanEvent, TraceFields } from './trace.js';

/** A value in OTLP/JSON (opentelemetry-proto, common.proto: AnyValue). */
type AnyValue = Readonly<Record<string, unknown>>;

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

const OBSERVATION = 'langfuse.observation.';
const TRACE = 'langfuse.trace.';

/** Encodes the result of {@link decodeExport} as attributes, with Langfuse's names. */
export function encodeAttributes(span: ReceivedSpan): KeyValue[] {
  return [
    ...asJson(`${OBSERVATION}`, {
      input: span.input,
      output: span.output,
      'model.parameters': span.modelParameters ?? undefined,
      usage_details: span.usage ?? undefined,
      cost_details: span.cost ?? undefined,
    }),
    ...asText({
      [`${OBSERVATION}type`]: span.type,
      [`${OBSERVATION}level`]: span.level,
      [`${OBSERVATION}status_message`]: span.statusMessage,
      [`${OBSERVATION}model.name`]: span.model,
      'langfuse.internal.is_app_root': span.isAppRoot ? 'true' : null,
    }),
    ...asJson(`${OBSERVATION}metadata.`, span.metadata),
    ...encodeTraceFields(span.trace),
    ...encodeValues(span.attributes),
  ];
}

function encodeTraceFields(trace: TraceFields): KeyValue[] {
  return [
    ...asText({
      [`${TRACE}name`]: trace.name,
      'user.id': trace.userId,
      'session.id': trace.sessionId,
      'langfuse.environment': trace.environment,
      'langfuse.release': trace.release,
      'langfuse.version': trace.version,
    }),
    ...asJson(TRACE, { input: trace.input, output: trace.output }),
    ...asJson(`${TRACE}metadata.`, trace.metadata),
    ...(trace.tags ? encodeValues({ [`${TRACE}tags`]: trace.tags }) : []),
  ];
}

/** Attributes with their own names and types. */
export function encodeValues(values: Readonly<Record<string, unknown>>): KeyValue[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

export function encodeEvents(
  events: readonly SpanEvent[],
): { name: string; timeUnixNano: string; attributes: KeyValue[] }[] {
  return events.map(({ name, atMs, attributes }) => ({
    name,
    timeUnixNano: String(BigInt(Math.round(atMs * 1000)) * 1000n),
    attributes: encodeValues(attributes),
  }));
}

function asText(values: Readonly<Record<string, string | null | undefined>>): KeyValue[] {
  return Object.entries(values).flatMap(([key, text]) =>
    text === null || text === undefined ? [] : [{ key, value: { stringValue: text } }],
  );
}

/** Structured values become JSON in a string, and so do texts that would otherwise be read as JSON. */
function asJson(prefix: string, values: Readonly<Record<string, unknown>>): KeyValue[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) {
      return [];
    }
    const isPlain = typeof value === 'string' && jsonOrText(value) === value;
    return [{ key: prefix + key, value: { stringValue: isPlain ? value : JSON.stringify(value) } }];
  });
}

function anyValue(value: unknown): AnyValue {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      if (Array.isArray(value)) {
        return { arrayValue: { values: value.map(anyValue) } };
      }
      return value ? { kvlistValue: { values: encodeValues(value as Record<string, unknown>) } } : {};
  }
}
