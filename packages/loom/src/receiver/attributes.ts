import { isRecord } from '../json-values.js';

/** Reads an OTLP/JSON attribute list (opentelemetry-proto, common.proto: KeyValue, AnyValue). */
export function readAttributes(list: unknown): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const entry of Array.isArray(list) ? list : []) {
    if (isRecord(entry) && typeof entry.key === 'string') {
      attributes[entry.key] = readAnyValue(entry.value);
    }
  }
  return attributes;
}

function readAnyValue(value: unknown): unknown {
  if (!isRecord(value)) {
    return null;
  }
  if ('stringValue' in value) {
    return String(value.stringValue);
  }
  if ('boolValue' in value) {
    return Boolean(value.boolValue);
  }
  if ('intValue' in value) {
    // 64-bit integers travel as strings in proto3 JSON.
    return Number(value.intValue);
  }
  if ('doubleValue' in value) {
    return Number(value.doubleValue);
  }
  if ('arrayValue' in value) {
    const { values } = isRecord(value.arrayValue) ? value.arrayValue : { values: [] };
    return Array.isArray(values) ? values.map(readAnyValue) : [];
  }
  if ('kvlistValue' in value) {
    return readAttributes(isRecord(value.kvlistValue) ? value.kvlistValue.values : []);
  }
  return 'bytesValue' in value ? String(value.bytesValue) : null;
}

/** Langfuse carries structured values as JSON in a string; text that is no JSON stays text. */
export function jsonOrText(value: unknown): unknown {
  if (typeof value !== 'string') {
    return value;
  }
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function textOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
