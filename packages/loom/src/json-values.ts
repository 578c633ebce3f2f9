/** Readers for untrusted JSON. A value of another type counts as missing. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a JSON text; undefined for a text that is not JSON. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The entries of a list that are records. */
export function recordsOf(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** The records in the list under this key. */
export function recordsIn(holder: unknown, key: string): Record<string, unknown>[] {
  return isRecord(holder) ? recordsOf(holder[key]) : [];
}

/** Text that is not empty. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Upper limit for a count in one record. A greater number is invalid, and would make every sum wrong. */
const MOST = 1e12;

/** A whole number above 0, or 0. */
export function countOrZero(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MOST ? value : 0;
}

/** Unix milliseconds of a date in text. */
export function timeOrUndefined(value: unknown): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
