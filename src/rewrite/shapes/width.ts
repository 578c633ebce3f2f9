import { lineEnd, lineStart } from '../../text/lines.js';
import type { Range } from '../../tools/site.js';

/** The longest line that a file may have. */
export interface PageWidth {
  /** Columns. */
  readonly line: number;
  /** Columns of a tab. */
  readonly tab: number;
  /** True if the project configures it. Otherwise it is our guess. */
  readonly isStated?: boolean;
}

/** Limits of a guessed width: a usual setting of formatters, and the width above which a line is hard to read. */
const USUAL = { least: 100, most: 120 } as const;

/** Guesses the width of a file from its longest line, within the usual limits. */
export function widthOf(text: string): PageWidth {
  const tab = 2;
  let longest: number = USUAL.least;
  for (const line of text.split('\n')) longest = Math.max(longest, columnsOf(line.trimEnd(), tab));
  return { line: Math.min(longest, USUAL.most), tab };
}

export function columnsOf(text: string, tab: number): number {
  let count = 0;
  for (const character of text) count += character === '\t' ? tab : 1;
  return count;
}

/** Returns true if the line in which a range begins is not too wide with `open` before the range and `close` after it. */
export function fits(
  text: string,
  { start, end }: Range,
  { open, close }: { readonly open: string; readonly close: string },
  { line, tab }: PageWidth,
): boolean {
  // A file of one line stays one line.
  if (!text.includes('\n')) return true;
  const before = text.slice(lineStart(text, start), start) + open;
  const inner = text.slice(start, end);
  const isOneLine = !inner.includes('\n');
  const after = isOneLine ? close + text.slice(end, lineEnd(text, end)) : '';
  const [first = ''] = (inner + after).split('\n');
  return columnsOf((before.split('\n').at(-1) ?? '') + first.trimEnd(), tab) <= line;
}
