/**
 * The rules of Langfuse's OTLP endpoint and of its scores, from its documentation and its server (v4.16). If one span
 * breaks a rule, Langfuse refuses the whole request, so each span is checked.
 */

type Json = Record<string, unknown>;

const TYPES = [
  'span',
  'generation',
  'event',
  'agent',
  'tool',
  'chain',
  'retriever',
  'evaluator',
  'embedding',
  'guardrail',
];
const LEVELS = ['DEBUG', 'DEFAULT', 'WARNING', 'ERROR'];

/** Fixed attribute names, and the required form of their texts. */
const ATTRIBUTES: Record<string, (value: unknown) => boolean> = {
  'langfuse.observation.type': (value) => TYPES.includes(String(value)),
  'langfuse.observation.input': isText,
  'langfuse.observation.output': isText,
  'langfuse.observation.level': (value) => LEVELS.includes(String(value)),
  'langfuse.observation.status_message': isText,
  'langfuse.observation.model.name': isText,
  'langfuse.observation.model.parameters': isJsonObject,
  'langfuse.observation.usage_details': (value) => isJsonObject(value) && numbersOnly(value),
  'langfuse.observation.cost_details': (value) => isJsonObject(value) && numbersOnly(value),
  'langfuse.observation.completion_start_time': (value) => !Number.isNaN(Date.parse(String(value))),
  'langfuse.trace.name': isText,
  'langfuse.trace.tags': (value) => Array.isArray(value) && value.every(isText),
  'langfuse.environment': (value) => /^(?!langfuse)[a-z0-9-_]{1,40}$/.test(String(value)),
  'langfuse.release': isText,
  'langfuse.version': isText,
  'langfuse.internal.is_app_root': (value) => value === true,
  'user.id': (value) => isText(value) && String(value).length <= 220,
  'session.id': (value) => isText(value) && String(value).length <= 220,
};

/** The errors in a body for /api/public/otel/v1/traces. Empty if it is valid. */
export function faultsOfTraces(body: Json): string[] {
  const faults: string[] = [];
  const seen = new Map<string, { start: bigint; end: bigint; parent: unknown; trace: unknown }>();
  const expect = (right: boolean, fault: string) => void (right || faults.push(fault));
  for (const resource of list(body['resourceSpans'])) {
    for (const scope of list(resource['scopeSpans'])) {
      // With another beginning, the server copies every attribute into the metadata.
      expect(String((scope['scope'] as Json)?.['name']).startsWith('langfuse-sdk'), 'scope name');
      for (const span of list(scope['spans'])) {
        const id = String(span['spanId']);
        expect(isId(span['traceId'], 32), `trace id ${span['traceId']}`);
        expect(isId(id, 16), `span id ${id}`);
        expect(span['parentSpanId'] === undefined || isId(span['parentSpanId'], 16), 'parent id');
        expect(span['parentSpanId'] !== id, 'a span is its own parent');
        expect(!seen.has(id), 'a span is sent twice');
        expect(isText(span['name']) && String(span['name']).length <= 1000, 'name');
        expect(span['kind'] === 1, 'kind');
        const [start, end] = [span['startTimeUnixNano'], span['endTimeUnixNano']];
        expect(isNanoseconds(start) && isNanoseconds(end), `times ${start} ${end}`);
        expect(BigInt(String(start)) <= BigInt(String(end)), 'ends before it starts');
        seen.set(id, {
          start: BigInt(String(start)),
          end: BigInt(String(end)),
          parent: span['parentSpanId'],
          trace: span['traceId'],
        });
        faults.push(...faultsOfAttributes(span['attributes']));
      }
    }
  }
  for (const { parent, trace, start } of seen.values()) {
    const above = seen.get(String(parent));
    expect(!above || above.trace === trace, 'parent in another trace');
    expect(!above || above.start <= start, 'child starts before its parent');
  }
  return faults;
}

function faultsOfAttributes(attributes: unknown): string[] {
  const faults: string[] = [];
  const keys = list(attributes).map(({ key }) => String(key));
  if (!Array.isArray(attributes)) faults.push('attributes are not a list');
  if (new Set(keys).size !== keys.length) faults.push('an attribute twice');
  for (const name of ['langfuse.observation.type', 'langfuse.trace.name']) {
    if (!keys.includes(name)) faults.push(`${name} is missing`);
  }
  for (const { key, value } of list(attributes)) {
    const read = readValue(value as Json);
    const isMetadata = /^langfuse\.(?:trace|observation)\.metadata\./.test(String(key));
    if (!isMetadata && !ATTRIBUTES[String(key)]?.(read)) faults.push(`${key} = ${JSON.stringify(value)}`);
    if (isMetadata && !['string', 'number', 'boolean'].includes(typeof read)) faults.push(`metadata ${key}`);
  }
  return faults;
}

/** The errors in a body for /api/public/scores. Empty if it is valid. */
export function faultsOfScore(score: Json): string[] {
  const faults: string[] = [];
  const { value, dataType } = score;
  const subjects = ['traceId', 'sessionId', 'datasetRunId'].filter((key) => score[key] !== undefined);
  if (subjects.length !== 1) faults.push(`about ${subjects.join(' and ') || 'nothing'}`);
  if (score['observationId'] !== undefined && score['traceId'] === undefined)
    faults.push('observation without trace');
  if (!isText(score['name']) || !isText(score['id'])) faults.push('name or id');
  if (dataType === 'NUMERIC' && typeof value !== 'number') faults.push('numeric value');
  if (dataType === 'CATEGORICAL' && typeof value !== 'string') faults.push('categorical value');
  if (dataType === 'BOOLEAN' && value !== 0 && value !== 1) faults.push('boolean value');
  if (!['NUMERIC', 'CATEGORICAL', 'BOOLEAN'].includes(String(dataType))) faults.push('data type');
  const known = [
    'id',
    'traceId',
    'sessionId',
    'observationId',
    'name',
    'value',
    'comment',
    'dataType',
    'environment',
  ];
  for (const key of Object.keys(score)) if (!known.includes(key)) faults.push(`unknown ${key}`);
  return faults;
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value : [];
}

/** It must be exactly one kind of OTLP's AnyValue that is unambiguous in JSON. */
function readValue(value: Json): unknown {
  const kinds = Object.entries(value ?? {});
  const [kind, inner] = kinds[0] ?? [];
  if (kinds.length !== 1) return undefined;
  if (kind === 'stringValue') return typeof inner === 'string' ? inner : undefined;
  if (kind === 'doubleValue') return typeof inner === 'number' ? inner : undefined;
  if (kind === 'boolValue') return typeof inner === 'boolean' ? inner : undefined;
  if (kind === 'arrayValue') return list((inner as Json)['values']).map(readValue);
  return undefined;
}

function isId(value: unknown, length: number): boolean {
  return typeof value === 'string' && new RegExp(`^(?!0+$)[\\da-f]{${length}}$`).test(value);
}

function isNanoseconds(value: unknown): boolean {
  return typeof value === 'string' && /^1\d{18}$/.test(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isJsonObject(value: unknown): boolean {
  try {
    const parsed: unknown = JSON.parse(String(value));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

function numbersOnly(value: unknown): boolean {
  return Object.values(JSON.parse(String(value)) as Json).every((item) => typeof item === 'number');
}
