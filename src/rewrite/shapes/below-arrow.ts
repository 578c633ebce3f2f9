import { type Edit, insertion } from '../../core/edits.js';
import { indentAt, levelAt, lineStart } from '../../text/lines.js';
import type { FunctionTarget } from '../../tools/site.js';
import { type CallExpression, type InlineFunction, ts } from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Wrapper } from '../wrapper.js';
import { addedParameters } from './added-parameters.js';
import { levelCuts } from './laid-out.js';
import type { Place } from './trace.js';
import { columnsOf } from './width.js';

/**
 * Prints `createTrace({ … }).run(() =>` on new lines below the arrow, if it is too wide for the arrow's line.
 * @param open returns the text before the body; without a place, its text on the arrow's line
 */
export function belowArrow(
  text: string,
  { body, lines = [], addParameters = [] }: FunctionTarget,
  open: (place?: Place) => string,
  { style, width }: WrapOptions,
): Edit[] | undefined {
  const arrow = text.slice(0, body.start).trimEnd().length;
  if (!text.includes('\n') || text.slice(arrow - 2, arrow) !== '=>' || text.slice(arrow, body.start) !== ' ')
    return undefined;
  const line = lineStart(text, body.start);
  const added = addParameters.filter(({ at }) => at >= line).map((one) => one.text);
  const [first = ''] = open().split('\n');
  const beside = text.slice(line, body.start) + added.join('') + first.trimEnd();
  if (columnsOf(beside, width.tab) <= width.line) return undefined;
  const level = levelAt(text, body.start, style.indent);
  const base = indentAt(text, body.start) + level;
  return [
    insertion(arrow, `${style.eol}${base}${open({ base }).trimEnd()}`),
    ...lines.map((at) => insertion(at, level)),
  ];
}

/**
 * Recognises a call on the line below the arrow. Its block returns to the arrow's line. This works only for blocks:
 * before an expression, the line break may be the user's.
 */
export function aroundBelowArrow(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  const { parent } = call;
  if (!ts.isArrowFunction(parent) || !ts.isArrowFunction(inner) || !ts.isBlock(inner.body)) return undefined;
  const file = call.getSourceFile();
  const arrow = parent.equalsGreaterThanToken;
  const innerArrow = inner.equalsGreaterThanToken;
  const content = inner.body.getStart();
  const [outer, ours] = [arrow, call].map((node) => indentAt(file.text, node.getStart()));
  const isIndented = ours !== outer && ours?.startsWith(outer ?? '') === true;
  const isBelow =
    isIndented && lineStart(file.text, call.getStart()) !== lineStart(file.text, arrow.getStart());
  if (!isBelow || file.text.slice(innerArrow.end, content) !== ' ') return undefined;
  const within = { start: call.getStart(), end: inner.body.end };
  return {
    content,
    cuts: [
      ...addedParameters(call, inner),
      { start: arrow.end, end: innerArrow.end },
      ...levelCuts(file, arrow.getStart(), within),
      { start: inner.body.end, end: call.end },
    ],
  };
}
