import type { Condition } from './conditions.js';

/** D1 takes no longer pattern for LIKE, in bytes (developers.cloudflare.com/d1/platform/limits). */
const MAX_PATTERN_BYTES = 50;

/** Texts, as SQL, that contain a word, whatever the case of its ASCII letters. */
export function containing(text: string, word: string): Condition {
  const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
  return new TextEncoder().encode(pattern).length <= MAX_PATTERN_BYTES
    ? { sql: `${text} LIKE ? ESCAPE '\\'`, params: [pattern] }
    : { sql: `instr(lower(${text}), lower(?)) > 0`, params: [word] };
}
