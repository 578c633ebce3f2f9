import type { Condition } from './conditions.js';

/** Maximum length of a LIKE pattern in D1, in bytes (developers.cloudflare.com/d1/platform/limits). */
const MAX_PATTERN_BYTES = 50;

/** SQL for texts that contain a word; the case of ASCII letters does not matter. */
export function containing(text: string, word: string): Condition {
  const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
  return new TextEncoder().encode(pattern).length <= MAX_PATTERN_BYTES
    ? { sql: `${text} LIKE ? ESCAPE '\\'`, params: [pattern] }
    : { sql: `instr(lower(${text}), lower(?)) > 0`, params: [word] };
}
