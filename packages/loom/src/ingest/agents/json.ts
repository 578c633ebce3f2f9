import { isRecord } from '../../json-values.js';

export type Json = Record<string, unknown>;

/** A record in a text; undefined for any other JSON. Throws SyntaxError on what is no JSON. */
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

/** Unix ms of a time in text or in ms; NaN if missing. */
export function timeOf(value: unknown): number {
  return typeof value === 'number' ? value : Date.parse(String(value ?? ''));
}
