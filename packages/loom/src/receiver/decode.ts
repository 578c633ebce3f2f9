import { isRecord, recordsIn } from '../json-values.js';
import { jsonOrText, nameOrUndefined, readAttributes, textOrUndefined } from './attributes.js';
import { clampTime, cleanName, cleanText, cutText, type Tally } from './limits.js';
import { type ReceivedSpan, readLevel, type TraceFields } from './trace.js';

const OBSERVATION = 'langfuse.observation.';
const TRACE = 'langfuse.trace.';

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
  const left = readAttributes(span.attributes, tally);
  /** Takes the first of these attributes that is there; all of them are then spoken for. */
  const take = (...names: string[]): unknown => {
    let found: unknown;
    for (const name of names) {
      found ??= left[name];
      delete left[name];
    }
    return found;
  };
  const model = nameOrUndefined(
    take(`${OBSERVATION}model.name`, 'gen_ai.response.model', 'gen_ai.request.model'),
  );
  const status = isRecord(span.status) ? span.status : {};
  const failed = status.code === 2 || status.code === 'STATUS_CODE_ERROR';
  const startUs = micros(span.startTimeUnixNano);
  const statusMessage =
    textOrUndefined(take(`${OBSERVATION}status_message`)) ?? textOrUndefined(status.message);
  return {
    source: 'otlp',
    id: String(span.spanId).toLowerCase(),
    traceId: String(span.traceId).toLowerCase(),
    parentId: textOrUndefined(span.parentSpanId)?.toLowerCase() ?? null,
    isAppRoot: [true, 'true'].includes(take('langfuse.internal.is_app_root') as boolean | string),
    type: nameOrUndefined(take(`${OBSERVATION}type`)) ?? (model ? 'generation' : 'span'),
    name: nameOrUndefined(span.name) ?? '(no name)',
    level: readLevel(take(`${OBSERVATION}level`)) ?? (failed ? 'ERROR' : 'DEFAULT'),
    statusMessage: statusMessage === undefined ? null : cleanText(cutText(statusMessage, tally)),
    input: jsonOrText(take(`${OBSERVATION}input`)),
    output: jsonOrText(take(`${OBSERVATION}output`)),
    model: model ?? null,
    modelParameters: asRecord(take(`${OBSERVATION}model.parameters`)),
    usage: asNumbers(take(`${OBSERVATION}usage_details`)) ?? genAiUsage(take),
    cost: asNumbers(take(`${OBSERVATION}cost_details`)),
    startMs: startUs / 1000,
    durationMs: Math.max(0, micros(span.endTimeUnixNano) - startUs) / 1000,
    metadata: takeMetadata(left, `${OBSERVATION}metadata`),
    trace: takeTrace(left, take),
    attributes: left,
    scope,
    resource,
  };
}

function takeTrace(left: Record<string, unknown>, take: (...names: string[]) => unknown): TraceFields {
  const tags = take(`${TRACE}tags`);
  const list = typeof tags === 'string' ? jsonOrText(tags) : tags;
  const text = (...names: string[]) => nameOrUndefined(take(...names));
  return {
    ...withoutUndefined({
      name: text(`${TRACE}name`),
      userId: text('user.id', 'langfuse.user.id'),
      sessionId: text('session.id', 'langfuse.session.id', 'gen_ai.conversation.id'),
      environment: text('langfuse.environment'),
      release: text('langfuse.release'),
      version: text('langfuse.version'),
      input: jsonOrText(take(`${TRACE}input`)),
      output: jsonOrText(take(`${TRACE}output`)),
      tags: readTags(list),
    }),
    metadata: takeMetadata(left, `${TRACE}metadata`),
  };
}

/** `<prefix>` holds an object as JSON, `<prefix>.<key>` one entry; both occur. */
function takeMetadata(left: Record<string, unknown>, prefix: string): Record<string, unknown> {
  const whole = jsonOrText(left[prefix]);
  const entries: [string, unknown][] = isRecord(whole)
    ? Object.entries(whole)
    : // Metadata that is no object, or was too large to be read as one, is kept all the same.
      whole === undefined || whole === null
      ? []
      : [['metadata', whole]];
  delete left[prefix];
  for (const [name, value] of Object.entries(left)) {
    if (name.startsWith(`${prefix}.`)) {
      entries.push([name.slice(prefix.length + 1), jsonOrText(value)]);
      delete left[name];
    }
  }
  // Not by assignment: a key may be __proto__.
  return Object.fromEntries(entries);
}

function genAiUsage(take: (name: string) => unknown): Record<string, number> | null {
  const usage: Record<string, number> = {};
  for (const [kind, name] of [
    ['input', 'gen_ai.usage.input_tokens'],
    ['output', 'gen_ai.usage.output_tokens'],
  ] as const) {
    const value = take(name);
    if (typeof value === 'number') {
      usage[kind] = value;
    }
  }
  return Object.keys(usage).length > 0 ? usage : null;
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
