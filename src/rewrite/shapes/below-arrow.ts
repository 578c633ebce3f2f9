import { type Edit, insertion } from '../../core/edits.js';
import { indentAt, levelAt, lineStart } from '../../text/lines.js';
import type { FunctionTarget } from '../../tools/site.js';
import {
  type ArrowFunction,
  type CallExpression,
  type InlineFunction,
  type Node,
  ts,
} from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Wrapper } from '../wrapper.js';
import { addedParameters } from './added-parameters.js';
import { levelCuts } from './laid-out.js';
import type { Place } from './trace.js';
import { columnsOf, fits } from './width.js';

interface BelowArrow {
  readonly edits: readonly Edit[];
  readonly close: string;
  /** How many levels the body is indented. */
  readonly levels: number;
}

/**
 * Prints `createTrace({ … }).run(() =>` on new lines below the arrow, if it is too wide for the arrow's line. A concise
 * body gets parentheses on their own lines, unless its own ones fit on the arrow's line. These show that the line break is ours.
 * @param lead the arrow's line, up to the body
 * @param open returns the text before the body; without a place, its text on the arrow's line
 */
export function belowArrow(
  text: string,
  target: FunctionTarget,
  { lead, open }: { readonly lead: string; readonly open: (place?: Place) => string },
  { style, width }: WrapOptions,
): BelowArrow | undefined {
  const { body, lines = [] } = target;
  const arrow = text.slice(0, body.start).trimEnd().length;
  if (!text.includes('\n') || text.slice(arrow - 2, arrow) !== '=>' || text.slice(arrow, body.start) !== ' ')
    return undefined;
  const [first = ''] = open().split('\n');
  if (columnsOf(lead + first.trimEnd(), width.tab) <= width.line) return undefined;
  const level = levelAt(text, body.start, style.indent);
  const base = indentAt(text, body.start) + level;
  const opened = open({ base });
  const isBeside =
    target.isInParentheses &&
    !OPEN_PARENTHESIS.test(text.slice(body.start)) &&
    fits(text, body, { open: opened, close: ')' }, width);
  const isBare = target.form === 'concise' && !isBeside;
  if (isBare && !width.isStated) return undefined;
  const levels = isBare ? 2 : 1;
  return {
    edits: [
      insertion(arrow, `${style.eol}${base}${opened.trimEnd()}`),
      ...(isBare ? [insertion(body.start, `(${style.eol}${base}${level}`)] : []),
      ...lines.map((at) => insertion(at, level.repeat(levels))),
    ],
    close: isBare ? `${style.eol}${base}))` : ')',
    levels,
  };
}

/** How our parentheses begin: before a line break. */
export const OPEN_PARENTHESIS = /^\(\s*\n/;

/**
 * Recognises a call on the line below the arrow. Its block or parentheses return to the arrow's line. This works only for
 * these: before another expression, the line break may be the user's.
 */
export function aroundBelowArrow(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  const { parent } = call;
  if (!ts.isArrowFunction(parent) || !ts.isArrowFunction(inner)) return undefined;
  const file = call.getSourceFile();
  const arrow = parent.equalsGreaterThanToken;
  const innerArrow = inner.equalsGreaterThanToken;
  const start = inner.body.getStart();
  const [outer, ours] = [arrow, call].map((node) => indentAt(file.text, node.getStart()));
  const isIndented = ours !== outer && ours?.startsWith(outer ?? '') === true;
  const isBelow =
    isIndented && lineStart(file.text, call.getStart()) !== lineStart(file.text, arrow.getStart());
  if (!isBelow || file.text.slice(innerArrow.end, start) !== ' ') return undefined;
  const content = theirBody(inner);
  // `observeMessage` is never moved below an arrow.
  if (!content || !ts.isPropertyAccessExpression(call.expression)) return undefined;
  const isOurs = content !== inner.body;
  const within = { start: isOurs ? content.getStart() : call.getStart(), end: content.end };
  return {
    content: content.getStart(),
    cuts: [
      ...addedParameters(call, inner),
      { start: arrow.end, end: innerArrow.end },
      ...(isOurs ? [{ start, end: content.getStart() }] : []),
      ...levelCuts(file, arrow.getStart(), within),
      { start: content.end, end: call.end },
    ],
  };
}

/** The user's body: a block, or an expression in parentheses without ours. */
function theirBody({ body }: ArrowFunction): Node | undefined {
  if (ts.isBlock(body)) return body;
  if (!ts.isParenthesizedExpression(body)) return undefined;
  return OPEN_PARENTHESIS.test(body.getText()) ? body.expression : body;
}
