import { type Edit, insertion } from '../../core/edits.js';
import { indentAt, levelAt } from '../../text/lines.js';
import type { ExpressionTarget, FunctionTarget } from '../../tools/site.js';
import type { WrapOptions } from '../wrap-options.js';
import { fits } from './width.js';

interface Closing {
  readonly open: string;
  readonly close: string;
  readonly left?: string;
  readonly right?: string;
  /** Columns that our code inside the body adds. */
  readonly addedColumns?: number;
}

interface Fitted {
  readonly edits: Edit[];
  /** Our text at the body's start. */
  readonly first: string;
  readonly isBelow: boolean;
}

/** Prints `() => f(x))` on one line, or with `f(x)` on its own lines if that is too wide. */
export function fitted(
  text: string,
  { body, lines = [], ...target }: FunctionTarget | ExpressionTarget,
  { open, close, left = '', right = '', addedColumns = 0 }: Closing,
  { style, width, trailingComma }: WrapOptions,
): Fitted {
  const { start, end } = body;
  const line = { open: open + left, close: right + close };
  const isBlock = 'form' in target && target.form === 'block';
  // If parentheses below an arrow began on our line, the user's line break would look like ours.
  const isApart = target.isInParentheses === true && isBelowArrow(text, start);
  if (isBlock || (!isApart && fits(text, body, line, { ...width, line: width.line - addedColumns }))) {
    return {
      edits: [insertion(start, line.open), insertion(end, line.close)],
      first: line.open,
      isBelow: false,
    };
  }
  const outer = `${style.eol}${indentAt(text, start)}`;
  const level = levelAt(text, start, style.indent);
  const first = `${open.trimEnd()}${outer}${level}${left}`;
  const last = `${right}${trailingComma ? ',' : ''}${outer}${close}`;
  return {
    edits: [insertion(start, first), ...lines.map((at) => insertion(at, level)), insertion(end, last)],
    first,
    isBelow: true,
  };
}

export function isBelowArrow(text: string, start: number): boolean {
  return /=>\s*\n\s*$/.test(text.slice(0, start));
}
