import { type Edit, insertion } from '../../core/edits.js';
import { indentAt, levelAt, lineEnd, lineStart } from '../../text/lines.js';
import type { TextStyle } from '../../text/style.js';
import type { Range } from '../../tools/site.js';
import { indentedLines } from '../../tools/syntax/line-starts.js';
import type { Block, Node, SourceFile } from '../../tools/syntax/syntax.js';
import type { Cut } from '../wrapper.js';

/**
 * The text between the braces of a block, without the white space around it. Undefined if a brace is on the same
 * line as other code of the block.
 */
export function linesWithin(text: string, block: Range): Range | undefined {
  const opening = lineEnd(text, block.start);
  const closing = lineStart(text, block.end - 1);
  if (opening >= closing || text.slice(closing, block.end - 1).trim() !== '') return undefined;
  if (!/^\s*(\/\/.*)?$/.test(text.slice(block.start + 1, opening))) return undefined;
  const lines = text.slice(opening, closing);
  if (lines.trim() === '') return undefined;
  return { start: opening + lines.search(/\S/), end: opening + lines.trimEnd().length };
}

/** Text around a range: before it in separate lines, and after it. */
interface Around {
  readonly open: string;
  readonly close: string;
  /** Our statement before the range, on its own line. */
  readonly first?: string;
  /** Our statement after the range, on its own line. */
  readonly last?: string;
  /** The number of levels of indentation to add. Default 1. */
  readonly levels?: number;
}

/** Indents the lines of a range by a level, and puts our lines around it. */
export function wrapLines(
  text: string,
  within: Range,
  lines: readonly number[],
  { open, close, first, last, levels = 1 }: Around,
  style: TextStyle,
): Edit[] {
  const outer = `${style.eol}${indentAt(text, within.start)}`;
  const level = levelAt(text, within.start, style.indent).repeat(levels);
  return [
    insertion(
      within.start,
      `${open}${outer}${level}${first === undefined ? '' : `${first}${outer}${level}`}`,
    ),
    ...lines.filter((at) => at > within.start && at < within.end).map((at) => insertion(at, level)),
    insertion(within.end, `${last === undefined ? '' : `${outer}${level}${last}`}${outer}${close}`),
  ];
}

/** Indents the inserted lines of an edit by a level, because the lines around it are indented. */
export function deeper(edit: Edit, level: string): Edit {
  return { ...edit, text: edit.text.replace(/\n(?!\r?\n)/g, `\n${level}`) };
}

/** Returns true if our statement is on its own lines between the user's braces. */
export function isAloneInLines(statement: Node): boolean {
  const { text } = statement.getSourceFile();
  const within = linesWithin(text, { start: statement.parent.getStart(), end: statement.parent.end });
  return within?.start === statement.getStart();
}

/** The cuts that remove our statement from around the lines of its inner block. */
export function aroundLines(statement: Node, inner: Block): Cut[] | undefined {
  const file = statement.getSourceFile();
  const within = linesWithin(file.text, { start: inner.getStart(), end: inner.end });
  return within && aroundRange(file, statement, within);
}

/** The cuts that remove our statement from around a range in it. Lines of the range after the first were indented. */
export function aroundRange(file: SourceFile, statement: Node, within: Range): Cut[] {
  return [
    { start: statement.getStart(), end: within.start },
    ...levelCuts(file, statement.getStart(), within),
    { start: within.end, end: statement.end },
  ];
}

/** The cuts of the indentation that `init` added to the lines of a range, in a statement that begins at `outer`. */
export function levelCuts(file: SourceFile, outer: number, within: Range): Cut[] {
  const { text } = file;
  const base = indentAt(text, outer);
  const inner = indentAt(text, within.start);
  // On the same line as our code, nothing was indented.
  if (lineStart(text, within.start) === lineStart(text, outer) || !inner.startsWith(base)) return [];
  const level = inner.slice(base.length);
  return indentedLines(file, within.start, within.end)
    .filter((at) => level !== '' && text.startsWith(level, at))
    .map((at) => ({ start: at, end: at + level.length, isLevel: true }));
}
