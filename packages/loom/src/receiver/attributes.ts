import { isRecord } from '../json-values.js';
import { cleanName, cutValue, isTooDeep, type Tally } from './limits.js';

/** Reads an OTLP/JSON attribute list (opentelemetry-proto, common.proto: KeyValue, AnyValue). */
export function readAttributes(list: unknown, tally: Tally = { cut: 0 }): Record<string, unknown> {
  return Object.fromEntries(
    entriesOf(list).map(([key, value]) => [key, cutValue(readAnyValue(value), tally)]),
  );
}

/** One value, cut if it is too large. */
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

/** Maximum nesting of values. Deeper values are left out, so that no body can exhaust the stack. */
const MAX_NESTED_VALUES = 64;

/** Null for a missing value or one of an unknown kind. Numbers that a double can't represent stay text. */
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
    // 64-bit integers are strings in proto3 JSON.
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

/** The text of a text or number; empty for any other JSON value. */
export function scalarText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Langfuse sends structured values as JSON in a string. Text that is not JSON stays text. */
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

/** Most texts are not JSON, and exceptions would be the slowest part of reading a span. */
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

/** A name, shortened to the length that is stored. */
export function nameOrUndefined(value: unknown): string | undefined {
  const text = textOrUndefined(value);
  return text === undefined ? undefined : cleanName(text);
}
