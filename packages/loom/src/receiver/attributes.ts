import { isRecord } from '../json-values.js';
import { cleanName, cutValue, isTooDeep, type Tally } from './limits.js';

/** Reads an OTLP/JSON attribute list (opentelemetry-proto, common.proto: KeyValue, AnyValue). */
export function readAttributes(list: unknown, tally: Tally = { cut: 0 }): Record<string, unknown> {
  return Object.fromEntries(
    entriesOf(list).map(([key, value]) => [key, cutValue(readAnyValue(value), tally)]),
  );
}

/** One value, cut where it is too large. */
export function readValue(value: unknown, tally: Tally = { cut: 0 }): unknown {
  return cutValue(readAnyValue(value), tally);
}

function entriesOf(list: unknown): [string, unknown][] {
  const entries: [string, unknown][] = [];
  for (const entry of Array.isArray(list) ? list : []) {
    if (isRecord(entry) && typeof entry.key === 'string') {
      entries.push([entry.key, entry.value]);
    }
  }
  return entries;
}

/** Values inside values; beyond it the value is left out, so that no body can exhaust the stack. */
const MAX_NESTED_VALUES = 64;

/** Null for a value that is absent or of no known kind. Numbers that a double can't hold stay text. */
function readAnyValue(value: unknown, left: number = MAX_NESTED_VALUES): unknown {
  if (!isRecord(value) || left === 0) {
    return null;
  }
  if ('stringValue' in value) {
    return scalarText(value.stringValue);
  }
  if ('boolValue' in value) {
    return Boolean(value.boolValue);
  }
  if ('intValue' in value) {
    // 64-bit integers travel as strings in proto3 JSON.
    const text = scalarText(value.intValue);
    return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  }
  if ('doubleValue' in value) {
    const text = scalarText(value.doubleValue);
    return Number.isFinite(Number(text)) ? Number(text) : text;
  }
  if ('arrayValue' in value) {
    const { values } = isRecord(value.arrayValue) ? value.arrayValue : { values: [] };
    return Array.isArray(values) ? values.map((entry) => readAnyValue(entry, left - 1)) : [];
  }
  if ('kvlistValue' in value) {
    const { values } = isRecord(value.kvlistValue) ? value.kvlistValue : { values: [] };
    return Object.fromEntries(entriesOf(values).map(([key, entry]) => [key, readAnyValue(entry, left - 1)]));
  }
  return 'bytesValue' in value ? scalarText(value.bytesValue) : null;
}

/** Text where a text or number was meant; what else JSON may hold there is nothing. */
function scalarText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Langfuse carries structured values as JSON in a string; text that is no JSON stays text. */
export function jsonOrText(value: unknown): unknown {
  if (typeof value !== 'string' || !mayBeJson(value)) {
    return value;
  }
  try {
    const parsed: unknown = JSON.parse(value);
    return isTooDeep(parsed) ? value : parsed;
  } catch {
    return value;
  }
}

/** Most texts are not, and exceptions would be the most expensive part of reading a span. */
function mayBeJson(text: string): boolean {
  const trimmed = text.trim();
  const last = trimmed.at(-1);
  switch (trimmed[0]) {
    case '{':
      return last === '}';
    case '[':
      return last === ']';
    case '"':
      return last === '"';
    default:
      return /^(true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(trimmed);
  }
}

export function textOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The same as it may be stored. */
export function nameOrUndefined(value: unknown): string | undefined {
  const text = textOrUndefined(value);
  return text === undefined ? undefined : cleanName(text);
}
