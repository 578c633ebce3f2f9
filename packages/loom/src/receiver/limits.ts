/** Size limit of one field of a span, in UTF-16 units: input, output, an entry of metadata, an attribute. */
export const MAX_FIELD_LENGTH = 256 * 1024;
/** Langfuse's own limit for names. */
const MAX_NAME_LENGTH = 1000;
/** Deeper JSON is stored as text. SQLite supports 1,000 levels, and the page shows fewer. */
const MAX_DEPTH = 100;
/** In the year 2109. A double of milliseconds can't represent every microsecond after that. */
const MAX_TIME_MS = 2 ** 42 - 1;

/** Number of cut fields in an export, for the response. */
export interface Tally {
  cut: number;
}

export function cutText(text: string, tally: Tally): string {
  if (text.length <= MAX_FIELD_LENGTH) {
    return text;
  }
  tally.cut += 1;
  return `${wellFormed(text.slice(0, MAX_FIELD_LENGTH))}… [cut by Loom, ${text.length} characters in all]`;
}

/** A JSON value in the form to store: a value that is too large or too deep becomes text. */
export function cutValue(value: unknown, tally: Tally): unknown {
  if (typeof value === 'string') {
    return cutText(value, tally);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (isTooDeep(value)) {
    tally.cut += 1;
    return `[left out by Loom: nested more than ${MAX_DEPTH} levels deep]`;
  }
  const text = JSON.stringify(value);
  return text.length > MAX_FIELD_LENGTH ? cutText(text, tally) : value;
}

export function isTooDeep(value: unknown, left: number = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  if (left === 0) {
    return true;
  }
  for (const entry of Object.values(value)) {
    if (isTooDeep(entry, left - 1)) {
      return true;
    }
  }
  return false;
}

/**
 * Text that SQLite returns unchanged: half a surrogate pair has no UTF-8, and Node's driver stops at a NUL.
 */
export function cleanText(text: string): string {
  return text.includes('\0') ? wellFormed(text).replaceAll('\0', '\uFFFD') : wellFormed(text);
}

export function cleanName(text: string): string {
  return cleanText(text.slice(0, MAX_NAME_LENGTH));
}

/** OpenTelemetry's ids are hex in upper or lower case. Other ids stay unchanged. */
export function canonicalTraceId(id: string): string {
  return /^[0-9a-f]{32}$/i.test(id) ? id.toLowerCase() : id;
}

export function clampTime(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_TIME_MS);
}

function wellFormed(text: string): string {
  return /\p{Surrogate}/u.test(text) ? text.replace(/\p{Surrogate}/gu, '\uFFFD') : text;
}
