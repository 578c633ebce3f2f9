import type { Edit } from '../../core/edits.js';
import { indentAt, levelAt, lineStart } from '../../text/lines.js';
import type { TextStyle } from '../../text/style.js';
import type { Range } from '../../tools/site.js';
import type { Cut } from '../wrapper.js';

/** Where a line break is possible: before an argument, a member of an object, or `return` after a condition. */
const BREAKABLE = /(?:, (?:[\w$]+: )?|\{ [\w$]+: |\) return )(?:await )?$/;
const AFTER_BREAK = /^[ \t]+(?:[\w$]+: |return )?(?:await )?$/;

export interface OwnLine {
  /** Replaces a space with the line break. */
  readonly edit: Edit;
  /** Indentation of the new line. */
  readonly base: string;
  readonly level: string;
}

/** A line break before the argument, member or `return` that our call begins. It replaces a single space. */
export function ownLine(text: string, { start }: Range, style: TextStyle): OwnLine | undefined {
  const line = lineStart(text, start);
  const found = BREAKABLE.exec(text.slice(line, start));
  if (!found || text.slice(line, line + found.index).trim() === '') return undefined;
  const at = line + found.index + 1;
  const level = levelAt(text, start, style.indent);
  const base = indentAt(text, start) + level;
  return { edit: { start: at, end: at + 1, text: style.eol + base }, base, level };
}

/** The cut that makes our line break a space again. */
export function breakAbove(text: string, start: number): Cut | undefined {
  const line = lineStart(text, start);
  if (!AFTER_BREAK.test(text.slice(line, start))) return undefined;
  const at = text.slice(0, line).trimEnd().length;
  const end = line + indentAt(text, start).length;
  return /[,{)]/.test(text.charAt(at - 1)) ? { start: at, end, text: ' ' } : undefined;
}
