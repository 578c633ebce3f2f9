import { isRecord } from '../../json-values.js';

export type Json = Record<string, unknown>;

/** A JSON object in a text; undefined for other JSON values. Throws SyntaxError if the text is not JSON. */
export function recordIn(text: string): Json | undefined {
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : undefined;
}

export function recordAt(value: unknown, ...keys: readonly string[]): Json {
  let at: unknown = value;
  for (const key of keys) {
    at = isRecord(at) ? at[key] : undefined;
  }
  return isRecord(at) ? at : {};
}

/** Unix ms from a text or a number; NaN if missing. */
export function timeOf(value: unknown): number {
  return typeof value === 'number' ? value : Date.parse(String(value ?? ''));
}
