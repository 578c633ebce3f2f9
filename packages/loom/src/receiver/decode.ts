import { isRecord, recordsIn } from '../json-values.js';
import { jsonOrText, nameOrUndefined, readAttributes, textOrUndefined } from './attributes.js';
import { clampTime, cleanText, cutText, cutValue, type Tally } from './limits.js';
import { isOfLangfuse, isOwnName } from './mappings/langfuse.js';
import type { WireSpan } from './mappings/row.js';
import { readField, readFields } from './mappings/table.js';
import { readUsage } from './mappings/usage.js';
import {
  asNumbers,
  asRecord,
  metadataUnder,
  readEnvironment,
  readTags,
  withoutUndefined,
} from './read-values.js';
import { type ReceivedSpan, readLevel, type SpanEvent, type TraceFields } from './trace.js';
import { isNanos } from './validate.js';

const OBSERVATION = 'langfuse.observation.';
const TRACE = 'langfuse.trace.';
/** Of one span. Further events are left out. */
const MAX_EVENTS = 1000;

/** Reads the spans of an OTLP/JSON export that `rejection` accepted. */
export function decodeExport(body: unknown, tally: Tally = { cut: 0 }): ReceivedSpan[] {
  const spans: ReceivedSpan[] = [];
  for (const resourceSpan of recordsIn(body, 'resourceSpans')) {
    const resource = readAttributes(
      isRecord(resourceSpan.resource) ? resourceSpan.resource.attributes : [],
      tally,
    );
    for (const scopeSpan of recordsIn(resourceSpan, 'scopeSpans')) {
      const scope = isRecord(scopeSpan.scope) ? scopeSpan.scope : {};
      for (const span of recordsIn(scopeSpan, 'spans')) {
        spans.push(decodeSpan(span, resource, scope, tally));
      }
    }
  }
  return spans;
}

function decodeSpan(
  span: Record<string, unknown>,
  resource: Record<string, unknown>,
  scopeOf: Record<string, unknown>,
  tally: Tally,
): ReceivedSpan {
  const status = isRecord(span.status) ? span.status : {};
  const scope = textOrUndefined(scopeOf.name) ?? null;
  const wire: WireSpan = {
    name: nameOrUndefined(span.name) ?? '(no name)',
    scope: scope ?? '',
    scopeVersion: textOrUndefined(scopeOf.version),
    attributes: readAttributes(span.attributes, tally),
    resource,
    events: readEvents(span, tally),
    failed: status.code === 2 || status.code === 'STATUS_CODE_ERROR',
  };
  const startUs = micros(span.startTimeUnixNano);
  return {
    source: 'otlp',
    id: String(span.spanId).toLowerCase(),
    traceId: String(span.traceId).toLowerCase(),
    parentId: textOrUndefined(span.parentSpanId)?.toLowerCase() ?? null,
    startMs: startUs / 1000,
    durationMs: Math.max(0, micros(span.endTimeUnixNano) - startUs) / 1000,
    scope,
    resource,
    ...readSpan(wire, textOrUndefined(status.message), tally),
  };
}

/** The fields of a span that the mapping table fills. */
type Read = Omit<
  ReceivedSpan,
  'source' | 'id' | 'traceId' | 'parentId' | 'startMs' | 'durationMs' | 'scope' | 'resource'
>;

/** These spans have the sums of the calls below them. Langfuse also drops their model. */
const SPANS_WITH_SUMS: ReadonlySet<unknown> = new Set(['invoke_agent', 'agent_step']);

export function readSpan(wire: WireSpan, message: string | undefined, tally: Tally): Read {
  const { attributes, events } = wire;
  const holdsCalls =
    SPANS_WITH_SUMS.has(attributes['gen_ai.operation.name']) && !(`${OBSERVATION}model.name` in attributes);
  const model = holdsCalls ? null : (nameOrUndefined(readField(wire, 'model')) ?? null);
  const type = nameOrUndefined(readField(wire, 'type')) ?? 'span';
  const name = nameOrUndefined(readField(wire, 'name')) ?? wire.name;
  const statusMessage = textOrUndefined(readField(wire, 'statusMessage')) ?? message;
  // Spans around model calls repeat the sums, which would count twice.
  const isCall = type === 'generation' || type === 'embedding';
  const numbers = (name: string) => asNumbers(attributes[`${OBSERVATION}${name}`]);
  const own = Object.keys(attributes).filter(isOwnName);
  const raw = Object.fromEntries(Object.entries(attributes).filter(([key]) => !isOwnName(key)));
  return {
    isAppRoot: [true, 'true'].includes(attributes['langfuse.internal.is_app_root'] as boolean | string),
    type,
    name,
    level: readLevel(readField(wire, 'level')) ?? (wire.failed ? 'ERROR' : 'DEFAULT'),
    statusMessage: statusMessage === undefined ? null : cleanText(cutText(statusMessage, tally)),
    input: readValue(wire, 'input', tally),
    output: readValue(wire, 'output', tally),
    model,
    modelParameters: asRecord(readField(wire, 'parameters')),
    usage: numbers('usage_details') ?? (isCall ? readUsage(wire, model) : null),
    cost: numbers('cost_details') ?? (isCall ? asNumbers(readField(wire, 'cost')) : null),
    metadata: Object.fromEntries([
      ...readFields(wire, 'metadata').filter(isRecord).flatMap(Object.entries),
      ...metadataUnder(attributes, `${OBSERVATION}metadata`),
    ]),
    trace: readTrace(wire),
    attributes: raw,
    wire: isOfLangfuse(wire.scope)
      ? name === wire.name && events.length === 0
        ? null
        : { name: wire.name, events }
      : { name: wire.name, events, own },
  };
}

/** A value that is assembled from parts may be larger than any of them. */
function readValue(wire: WireSpan, field: 'input' | 'output', tally: Tally): unknown {
  const value = readField(wire, field);
  return typeof value === 'object' && value !== null ? cutValue(value, tally) : value;
}

function readTrace(wire: WireSpan): TraceFields {
  const { attributes } = wire;
  const text = (field: 'userId' | 'sessionId' | 'environment' | 'release' | 'version') => {
    const fieldValue = readField(wire, field);
    return nameOrUndefined(typeof fieldValue === 'number' ? String(fieldValue) : fieldValue);
  };
  return {
    ...withoutUndefined({
      name: nameOrUndefined(attributes[`${TRACE}name`]),
      userId: text('userId'),
      sessionId: text('sessionId'),
      environment: readEnvironment(text('environment')),
      release: text('release'),
      version: text('version'),
      input: jsonOrText(attributes[`${TRACE}input`]),
      output: jsonOrText(attributes[`${TRACE}output`]),
      tags: readTags(readField(wire, 'tags')),
    }),
    metadata: Object.fromEntries(metadataUnder(attributes, `${TRACE}metadata`)),
  };
}

function readEvents(span: Record<string, unknown>, tally: Tally): SpanEvent[] {
  return recordsIn(span, 'events')
    .slice(0, MAX_EVENTS)
    .map((event) => ({
      name: nameOrUndefined(event.name) ?? '(no name)',
      atMs: isNanos(event.timeUnixNano) ? micros(event.timeUnixNano) / 1000 : 0,
      attributes: readAttributes(event.attributes, tally),
    }));
}

/** Stored as whole microseconds: a double can't represent nanoseconds since 1970 exactly. */
function micros(nanos: unknown): number {
  const whole = typeof nanos === 'number' ? BigInt(Math.round(nanos)) : BigInt(String(nanos));
  return clampTime(Number(whole / 1_000_000n)) * 1000 + Number((whole / 1000n) % 1000n);
}
