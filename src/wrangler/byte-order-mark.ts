import type { Edit } from '../core/edits.js';

/** Neither parser takes a byte order mark, Wrangler does: read behind it, then shift. */
export function behindByteOrderMark(text: string): { body: string; shift: number } {
  return text.startsWith('\uFEFF') ? { body: text.slice(1), shift: 1 } : { body: text, shift: 0 };
}

export function shifted(edits: readonly Edit[], by: number): Edit[] {
  return edits.map(({ start, end, text }) => ({ start: start + by, end: end + by, text }));
}
