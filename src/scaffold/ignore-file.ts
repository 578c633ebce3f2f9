import { type Edit, insertion } from '../core/edits.js';
import { styleOf } from '../text/style.js';

/** The edit that adds missing lines at the end of an ignore file. */
export function addLines(text: string, lines: readonly string[]): Edit[] {
  const present = new Set(text.split(/\r?\n/).map((line) => line.trim()));
  const missing = lines.filter((line) => !present.has(line));
  if (missing.length === 0) return [];
  const { eol } = styleOf(text);
  const lead = text === '' || text.endsWith('\n') ? '' : eol;
  return [insertion(text.length, lead + missing.map((line) => line + eol).join(''))];
}
