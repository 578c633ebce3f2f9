import type { Edit } from '../core/edits.js';

/**
 * Wrangler accepts a byte order mark, but neither parser does. So parse the text after it, and shift the
 * offsets.
 */
export function behindByteOrderMark(text: string): { body: string; shift: number } {
  return text.startsWith('\uFEFF') ? { body: text.slice(1), shift: 1 } : { body: text, shift: 0 };
}

export function shifted(edits: readonly Edit[], by: number): Edit[] {
  return edits.map(({ start, end, text }) => ({ start: start + by, end: end + by, text }));
}
