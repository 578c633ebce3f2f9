import { lineEnd, lineStart } from '../../text/lines.js';
import type { Range } from '../../tools/site.js';

/** How wide a file's lines may be. */
export interface PageWidth {
  /** Columns. */
  readonly line: number;
  /** Columns of a tab. */
  readonly tab: number;
  /** Whether the project states it, and it is no guess of ours. */
  readonly isStated?: boolean;
}

/** Usual widths of formatters, and the width above which a line is hard to read. */
const USUAL = { least: 100, most: 120 } as const;

/** The width of a file whose project states none: that of its own longest line, within what is usual. */
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

/** Whether the line in which a range begins stays within the width with `open` before it and `close` behind it. */
export function fits(
  text: string,
  { start, end }: Range,
  { open, close }: { readonly open: string; readonly close: string },
  { line, tab }: PageWidth,
): boolean {
  // A file in one line stays one.
  if (!text.includes('\n')) return true;
  const before = text.slice(lineStart(text, start), start) + open;
  const inner = text.slice(start, end);
  const isOneLine = !inner.includes('\n');
  const behind = isOneLine ? close + text.slice(end, lineEnd(text, end)) : '';
  const [first = ''] = (inner + behind).split('\n');
  return columnsOf((before.split('\n').at(-1) ?? '') + first.trimEnd(), tab) <= line;
}
