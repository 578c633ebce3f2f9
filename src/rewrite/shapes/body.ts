import { type Edit, insertion } from '../../core/edits.js';
import { indentAt, levelAt, lineStart } from '../../text/lines.js';
import { TRACE_NAMES } from '../../tools/generated-names.js';
import type { ExpressionTarget, FunctionTarget, HandlerSite, Range } from '../../tools/site.js';
import {
  type CallExpression,
  type InlineFunction,
  isAsync,
  type Node,
  ts,
} from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Wrapper } from '../wrapper.js';
import { addedParameters } from './added-parameters.js';
import { aroundBelowArrow, belowArrow } from './below-arrow.js';
import { aroundLines, deeper, isAloneInLines, linesWithin, wrapLines } from './laid-out.js';
import { growthBy, printModels } from './model.js';
import { type Place, printTrace } from './trace.js';
import { fits } from './width.js';

/**
 * `async (args) => { … }` becomes `async (args) => createTrace({ … }).run(async () => { … })`; the body of a `function`
 * gets its `return` inside.
 */
export function printFunction(
  text: string,
  site: HandlerSite,
  target: FunctionTarget,
  options: WrapOptions,
): Edit[] {
  const { names } = options;
  const trace = target.models.length > 0 ? traceName(target) : undefined;
  const returns = target.returns ? `: ${target.returns}` : '';
  const inner = `${target.async ? 'async ' : ''}(${trace ?? ''})${returns} => `;
  const level = levelAt(text, target.body.start, options.style.indent);
  const added = (target.addParameters ?? []).map(({ at, text }) => insertion(at, text));
  const openAt = (body: Range, place?: Place) =>
    `${printTrace(text, site, { ...target, body }, options, place)}.run(${inner}`;
  const { start, end } = target.body;
  const modelsAt = (isDeeper: boolean, lead?: { at: number; text: string }) => {
    const edits = printModels(text, target.models, trace, options, { isDeeper, ...(lead && { lead }) });
    return isDeeper ? edits.map((edit) => deeper(edit, level)) : edits;
  };
  if (target.form !== 'function') {
    const below =
      target.form === 'block' && belowArrow(text, target, (place) => openAt(target.body, place), options);
    if (below) return [...added, ...below, ...modelsAt(true), insertion(end, ')')];
    const grown = growthBy(target.models, trace, names);
    const given = { open: openAt(target.body), close: ')', grown };
    const { open, close } = closed(text, target.body, given, options);
    const isBelow = target.form === 'concise' && open.split('\n').at(-1)?.trim() === '';
    return [
      ...added,
      insertion(start, open),
      ...modelsAt(isBelow, leadOf(text, start, open)),
      insertion(end, close),
    ];
  }
  const within = linesWithin(text, target.body);
  if (!within) {
    const open = `{ return ${openAt(target.body)}`;
    return [...added, insertion(start, open), ...modelsAt(false), insertion(end, '); }')];
  }
  const around = { open: `return ${openAt(within)}{`, close: `})${options.semicolon}` };
  const lines = wrapLines(text, within, target.lines ?? [], around, options.style);
  return [...added, ...lines, ...modelsAt(true)];
}

/** What the line of a body begins with, once it is opened. */
function leadOf(text: string, at: number, open: string): { at: number; text: string } {
  const last = open.slice(open.lastIndexOf('\n') + 1);
  return { at, text: last === open ? text.slice(lineStart(text, at), at) + open : last };
}

/** `f(x)` becomes `createTrace({ … }).run(() => f(x))`; with an `await` in it, that is awaited instead. */
export function printExpression(
  text: string,
  site: HandlerSite,
  target: ExpressionTarget,
  options: WrapOptions,
): Edit[] {
  const { start, end } = target.body;
  // Awaited, so that a `try` around it still catches what fails in here.
  const awaited = target.awaits ? 'await ' : '';
  const openAt = (body: Range, before = '') =>
    `${awaited}${printTrace(text, site, { ...target, body }, options, { before: before + awaited })}.run(${target.awaits ? 'async ' : ''}() => `;
  if (target.kind === 'block') {
    const within = linesWithin(text, target.body);
    if (!within) return [insertion(start, `{ return ${openAt(target.body)}`), insertion(end, '); }')];
    const around = { open: `return ${openAt(within, 'return ')}{`, close: `})${options.semicolon}` };
    return wrapLines(text, within, target.lines ?? [], around, options.style);
  }
  // A brace would open a body, and the user's parentheses must stay distinct from ours.
  const isLiteral = !target.isBody && (text[start] === '{' || text[start] === '(');
  const [left, right] = isLiteral ? ['(', ')'] : ['', ''];
  const given = { open: openAt(target.body), close: ')', left, right };
  const { open, close } = closed(text, target.body, given, options);
  return [insertion(start, open), insertion(end, close)];
}

interface Closing {
  readonly open: string;
  readonly close: string;
  readonly left?: string;
  readonly right?: string;
  /** Columns that the body itself gets. */
  readonly grown?: number;
}

/** `() => f(x))` in one line, or with `f(x)` in a line of its own where that is too wide. */
function closed(
  text: string,
  body: Range,
  { open, close, left = '', right = '', grown = 0 }: Closing,
  { style, width, trailingComma }: WrapOptions,
): { open: string; close: string } {
  const line = { open: open + left, close: right + close };
  const isOneLine = !text.slice(body.start, body.end).includes('\n');
  if (!isOneLine || fits(text, body, line, { ...width, line: width.line - grown })) return line;
  const outer = `${style.eol}${indentAt(text, body.start)}`;
  const level = levelAt(text, body.start, style.indent);
  return {
    open: `${open.trimEnd()}${outer}${level}${left}`,
    close: `${right}${trailingComma ? ',' : ''}${outer}${close}`,
  };
}

function traceName(target: FunctionTarget): string {
  return TRACE_NAMES.find((name) => !target.identifiers.has(name)) ?? '_mcpTrace';
}

/** A block can be put back only where `init` takes one from; elsewhere a person put the call. */
export function recogniseBody(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  return isInOurPlace(call, inner) ? aroundBody(call, inner) : undefined;
}

function isInOurPlace(call: CallExpression, inner: InlineFunction): boolean {
  const { parent } = call;
  if (!ts.isBlock(inner.body) || ts.isArrowFunction(parent)) return true;
  const statement = ts.isAwaitExpression(parent) ? parent.parent : parent;
  if (!ts.isReturnStatement(statement)) return false;
  return ts.isBlock(statement.parent) && statement.parent.statements.length === 1;
}

function aroundBody(call: CallExpression, inner: InlineFunction): Wrapper {
  const laidOut = aroundLinesOfBlock(call, inner) ?? aroundBelowArrow(call, inner);
  if (laidOut) return laidOut;
  const body = contentOf(call, inner);
  const outer = outerRange(call, inner);
  return {
    content: body.getStart(),
    cuts: [
      ...addedParameters(call, inner),
      { start: outer.start, end: body.getStart() },
      { start: body.end, end: outer.end },
    ],
  };
}

/** `{`, and in lines of its own `return createTrace(…).run(() => { … });`: the braces around are theirs. */
function aroundLinesOfBlock(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  const statement = ts.isAwaitExpression(call.parent) ? call.parent.parent : call.parent;
  if (!ts.isBlock(inner.body) || !ts.isReturnStatement(statement)) return undefined;
  const { parent } = statement;
  if (!ts.isBlock(parent) || parent.statements.length !== 1 || !isAloneInLines(statement)) return undefined;
  const cuts = aroundLines(statement, inner.body);
  return cuts && { content: parent.getStart(), cuts: [...addedParameters(call, inner), ...cuts] };
}

/** In an expression, the parentheses around a literal are ours; as an arrow's body they are theirs. */
function contentOf(call: CallExpression, inner: InlineFunction): Node {
  const isExpression = !ts.isFunctionLike(call.parent);
  return isExpression && ts.isParenthesizedExpression(inner.body) ? inner.body.expression : inner.body;
}

/** How far ours reaches: to the braces of `{ return … }` around a block, to the `await` before an expression. */
function outerRange(call: CallExpression, inner: InlineFunction): Range {
  const awaited = ts.isAwaitExpression(call.parent) ? call.parent : undefined;
  const statement = (awaited ?? call).parent;
  if (ts.isBlock(inner.body) && ts.isReturnStatement(statement)) {
    const block = statement.parent;
    if (ts.isBlock(block) && block.statements.length === 1)
      return { start: block.getStart(), end: block.end };
  }
  const isOurs = awaited && !ts.isBlock(inner.body) && isAsync(inner);
  const outer = isOurs ? awaited : call;
  return { start: outer.getStart(), end: outer.end };
}
