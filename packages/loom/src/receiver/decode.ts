import { isRecord } from '../json-values.js';
import { jsonOrText, readAttributes, textOrUndefined } from './attributes.js';
import type { Level, ReceivedScore, ReceivedSpan, TraceFields } from './trace.js';

const OBSERVATION = 'langfuse.observation.';
const TRACE = 'langfuse.trace.';

/** The spans of an OTLP/JSON export that `rejection` found nothing wrong with. */
export function decodeExport(body: unknown): ReceivedSpan[] {
  const spans: ReceivedSpan[] = [];
  for (const resourceSpan of records(body, 'resourceSpans')) {
    const resource = readAttributes(isRecord(resourceSpan.resource) ? resourceSpan.resource.attributes : []);
    for (const scopeSpan of records(resourceSpan, 'scopeSpans')) {
      const scope = isRecord(scopeSpan.scope) ? textOrUndefined(scopeSpan.scope.name) : undefined;
      for (const span of records(scopeSpan, 'spans')) {
        spans.push(decodeSpan(span, resource, scope ?? null));
      }
    }
  }
  return spans;
}

function decodeSpan(
  span: Record<string, unknown>,
  resource: Record<string, unknown>,
  scope: string | null,
): ReceivedSpan {
  const left = readAttributes(span.attributes);
  /** Takes the first of these attributes that is there; all of them are then spoken for. */
  const take = (...names: string[]): unknown => {
    let found: unknown;
    for (const name of names) {
      found ??= left[name];
      delete left[name];
    }
    return found;
  };
  const model = textOrUndefined(
    take(`${OBSERVATION}model.name`, 'gen_ai.response.model', 'gen_ai.request.model'),
  );
  const status = isRecord(span.status) ? span.status : {};
  const failed = status.code === 2 || status.code === 'STATUS_CODE_ERROR';
  const startMs = nanosToMs(span.startTimeUnixNano);
  return {
    id: String(span.spanId).toLowerCase(),
    traceId: String(span.traceId).toLowerCase(),
    parentId: textOrUndefined(span.parentSpanId)?.toLowerCase() ?? null,
    isAppRoot: String(take('langfuse.internal.is_app_root')) === 'true',
    type: textOrUndefined(take(`${OBSERVATION}type`)) ?? (model ? 'generation' : 'span'),
    name: textOrUndefined(span.name) ?? '(no name)',
    level: (textOrUndefined(take(`${OBSERVATION}level`)) as Level) ?? (failed ? 'ERROR' : 'DEFAULT'),
    statusMessage:
      textOrUndefined(take(`${OBSERVATION}status_message`)) ?? textOrUndefined(status.message) ?? null,
    input: jsonOrText(take(`${OBSERVATION}input`)),
    output: jsonOrText(take(`${OBSERVATION}output`)),
    model: model ?? null,
    modelParameters: asRecord(take(`${OBSERVATION}model.parameters`)),
    usage: asNumbers(take(`${OBSERVATION}usage_details`)) ?? genAiUsage(take),
    cost: asNumbers(take(`${OBSERVATION}cost_details`)),
    startMs,
    durationMs: Math.max(0, nanosToMs(span.endTimeUnixNano) - startMs),
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
  const texts = {
    name: textOrUndefined(take(`${TRACE}name`)),
    userId: textOrUndefined(take('user.id', 'langfuse.user.id')),
    sessionId: textOrUndefined(take('session.id', 'langfuse.session.id', 'gen_ai.conversation.id')),
    environment: textOrUndefined(take('langfuse.environment')),
    release: textOrUndefined(take('langfuse.release')),
    version: textOrUndefined(take('langfuse.version')),
    input: jsonOrText(take(`${TRACE}input`)),
    output: jsonOrText(take(`${TRACE}output`)),
    tags: Array.isArray(list) ? list.map(String) : typeof list === 'string' ? [list] : undefined,
  };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
    metadata: takeMetadata(left, `${TRACE}metadata`),
  };
}

/** `<prefix>` holds an object as JSON, `<prefix>.<key>` one entry; both occur. */
function takeMetadata(left: Record<string, unknown>, prefix: string): Record<string, unknown> {
  const metadata: Record<string, unknown> = { ...asRecord(left[prefix]) };
  delete left[prefix];
  for (const [name, value] of Object.entries(left)) {
    if (name.startsWith(`${prefix}.`)) {
      metadata[name.slice(prefix.length + 1)] = jsonOrText(value);
      delete left[name];
    }
  }
  return metadata;
}

function genAiUsage(take: (name: string) => unknown): Record<string, number> | null {
  const usage: Record<string, number> = {};
  for (const [kind, name] of [
    ['input', 'gen_ai.usage.input_tokens'],
    ['output', 'gen_ai.usage.output_tokens'],
  ] as const) {
    const value = take(name);
    if (value !== undefined && Number.isFinite(Number(value))) {
      usage[kind] = Number(value);
    }
  }
  return Object.keys(usage).length > 0 ? usage : null;
}

/** A score as `POST /api/public/scores` takes it; a text says what is wrong with it. */
export function decodeScore(body: unknown, newId: () => string): ReceivedScore | string {
  if (!isRecord(body)) {
    return 'A score must be a JSON object';
  }
  const { name, value } = body;
  if (typeof name !== 'string' || name === '') {
    return 'name is required';
  }
  if (typeof value !== 'number' && typeof value !== 'string') {
    return 'value must be a number or a string';
  }
  const dataType = textOrUndefined(body.dataType) ?? null;
  if (dataType === 'BOOLEAN' && value !== 0 && value !== 1) {
    return 'value of a BOOLEAN score must be 0 or 1';
  }
  if (dataType === 'NUMERIC' && typeof value !== 'number') {
    return 'value of a NUMERIC score must be a number';
  }
  const targets = ['traceId', 'sessionId', 'datasetRunId'].filter((key) => textOrUndefined(body[key]));
  if (targets.length !== 1) {
    return 'Exactly one of traceId, sessionId and datasetRunId is required';
  }
  return {
    id: textOrUndefined(body.id) ?? newId(),
    name,
    value,
    dataType,
    comment: textOrUndefined(body.comment) ?? null,
    traceId: textOrUndefined(body.traceId) ?? null,
    observationId: textOrUndefined(body.observationId) ?? null,
    sessionId: textOrUndefined(body.sessionId) ?? null,
    metadata: body.metadata ?? null,
  };
}

function records(holder: unknown, key: string): Record<string, unknown>[] {
  const list = isRecord(holder) ? holder[key] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function asRecord(value: unknown): Record<string, unknown> | null {
  const decoded = jsonOrText(value);
  return isRecord(decoded) ? decoded : null;
}

function asNumbers(value: unknown): Record<string, number> | null {
  const record = asRecord(value);
  if (!record) {
    return null;
  }
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

/** Nanoseconds exceed what a double holds exactly; split so that microseconds survive. */
function nanosToMs(value: unknown): number {
  const nanos = typeof value === 'number' ? BigInt(Math.round(value)) : BigInt(String(value));
  return Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1e6;
}
