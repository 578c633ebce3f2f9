import { isRecord, recordsIn } from '../json-values.js';
import { jsonOrText, nameOrUndefined, readAttributes, textOrUndefined } from './attributes.js';
import { clampTime, cleanName, cleanText, cutText, cutValue, type Tally } from './limits.js';
import { isOwnName } from './mappings/langfuse.js';
import type { WireSpan } from './mappings/row.js';
import { readField, readFields } from './mappings/table.js';
import { readUsage } from './mappings/usage.js';
import { type ReceivedSpan, readLevel, type SpanEvent, type TraceFields } from './trace.js';
import { isNanos } from './validate.js';

const OBSERVATION = 'langfuse.observation.';
const TRACE = 'langfuse.trace.';
/** Of one span; what comes beyond is left out. */
const MAX_EVENTS = 1000;

/** The spans of an OTLP/JSON export that `rejection` found nothing wrong with. */
export function decodeExport(body: unknown, tally: Tally = { cut: 0 }): ReceivedSpan[] {
  const spans: ReceivedSpan[] = [];
  for (const resourceSpan of recordsIn(body, 'resourceSpans')) {
    const resource = readAttributes(
      isRecord(resourceSpan.resource) ? resourceSpan.resource.attributes : [],
      tally,
    );
    for (const scopeSpan of recordsIn(resourceSpan, 'scopeSpans')) {
      const scope = isRecord(scopeSpan.scope) ? textOrUndefined(scopeSpan.scope.name) : undefined;
      for (const span of recordsIn(scopeSpan, 'spans')) {
        spans.push(decodeSpan(span, resource, scope ?? null, tally));
      }
    }
  }
  return spans;
}

function decodeSpan(
  span: Record<string, unknown>,
  resource: Record<string, unknown>,
  scope: string | null,
  tally: Tally,
): ReceivedSpan {
  const wire: WireSpan = {
    name: nameOrUndefined(span.name) ?? '(no name)',
    scope: scope ?? '',
    attributes: readAttributes(span.attributes, tally),
    resource,
    events: readEvents(span, tally),
  };
  const status = isRecord(span.status) ? span.status : {};
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
    ...readSpan(
      wire,
      {
        failed: status.code === 2 || status.code === 'STATUS_CODE_ERROR',
        message: textOrUndefined(status.message),
      },
      tally,
    ),
  };
}

/** What the table of mappings makes of a span. */
type Read = Omit<
  ReceivedSpan,
  'source' | 'id' | 'traceId' | 'parentId' | 'startMs' | 'durationMs' | 'scope' | 'resource'
>;

function readSpan(
  wire: WireSpan,
  status: { readonly failed: boolean; readonly message: string | undefined },
  tally: Tally,
): Read {
  const { attributes, events } = wire;
  const model = nameOrUndefined(readField(wire, 'model')) ?? null;
  const type = nameOrUndefined(readField(wire, 'type')) ?? 'span';
  const name = nameOrUndefined(readField(wire, 'name')) ?? wire.name;
  const statusMessage = textOrUndefined(readField(wire, 'statusMessage')) ?? status.message;
  // What holds model calls repeats their sums, and would count them a second time.
  const isCall = type === 'generation' || type === 'embedding';
  const numbers = (name: string) => asNumbers(attributes[`${OBSERVATION}${name}`]);
  const raw = Object.fromEntries(Object.entries(attributes).filter(([key]) => !isOwnName(key)));
  return {
    isAppRoot: [true, 'true'].includes(attributes['langfuse.internal.is_app_root'] as boolean | string),
    type,
    name,
    level: readLevel(readField(wire, 'level')) ?? (status.failed ? 'ERROR' : 'DEFAULT'),
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
    wire: name === wire.name && events.length === 0 ? null : { name: wire.name, events },
  };
}

/** Put together from parts, a value may be larger than any of them. */
function readValue(wire: WireSpan, field: 'input' | 'output', tally: Tally): unknown {
  const value = readField(wire, field);
  return typeof value === 'object' && value !== null ? cutValue(value, tally) : value;
}

function readTrace(wire: WireSpan): TraceFields {
  const { attributes } = wire;
  const text = (field: 'userId' | 'sessionId' | 'environment' | 'release' | 'version') =>
    nameOrUndefined(readField(wire, field));
  return {
    ...withoutUndefined({
      name: nameOrUndefined(attributes[`${TRACE}name`]),
      userId: text('userId'),
      sessionId: text('sessionId'),
      environment: text('environment'),
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

/** `<prefix>` holds an object as JSON, `<prefix>.<key>` one entry; both occur. */
function metadataUnder(attributes: Readonly<Record<string, unknown>>, prefix: string): [string, unknown][] {
  const whole = jsonOrText(attributes[prefix]);
  return [
    ...(isRecord(whole)
      ? Object.entries(whole)
      : // Metadata that is no object, or was too large to be read as one, is kept all the same.
        whole === undefined || whole === null
        ? []
        : [['metadata', whole] satisfies [string, unknown]]),
    ...Object.entries(attributes)
      .filter(([key]) => key.startsWith(`${prefix}.`))
      .map(([key, value]): [string, unknown] => [key.slice(prefix.length + 1), jsonOrText(value)]),
  ];
}

function asRecord(value: unknown): Record<string, unknown> | null {
  const decoded = jsonOrText(value);
  return isRecord(decoded) ? decoded : null;
}

/** The entries that are numbers. */
export function asNumbers(value: unknown): Record<string, number> | null {
  const record = asRecord(value);
  if (!record) {
    return null;
  }
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

export function readTags(value: unknown): string[] | undefined {
  const list = typeof value === 'string' ? [value] : value;
  return Array.isArray(list)
    ? list.map((tag) => cleanName(typeof tag === 'string' ? tag : JSON.stringify(tag)))
    : undefined;
}

/** The same without the keys that have no value. */
export function withoutUndefined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Whole microseconds, which is what is kept: nanoseconds since 1970 exceed what a double holds exactly. */
function micros(nanos: unknown): number {
  const whole = typeof nanos === 'number' ? BigInt(Math.round(nanos)) : BigInt(String(nanos));
  return clampTime(Number(whole / 1_000_000n)) * 1000 + Number((whole / 1000n) % 1000n);
}
