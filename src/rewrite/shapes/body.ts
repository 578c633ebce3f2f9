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
import { columnsAddedBy, printModels } from './model.js';
import { type Place, printTrace } from './trace.js';
import { fits } from './width.js';

/**
 * `async (args) => { … }` becomes `async (args) => createTrace({ … }).run(async () => { … })`. In a `function`, the
 * body becomes `return createTrace({ … }).run(async () => { … })`.
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
    const addedColumns = columnsAddedBy(target.models, trace, names);
    const parts = { open: openAt(target.body), close: ')', addedColumns };
    const { open, close } = fitted(text, target.body, parts, options);
    const isBelow = target.form === 'concise' && open.split('\n').at(-1)?.trim() === '';
    return [
      ...added,
      insertion(start, open),
      ...modelsAt(isBelow, lineStartWith(text, start, open)),
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

/** The start of the body's first line, including our code. */
function lineStartWith(text: string, at: number, open: string): { at: number; text: string } {
  const last = open.slice(open.lastIndexOf('\n') + 1);
  return { at, text: last === open ? text.slice(lineStart(text, at), at) + open : last };
}

/**
 * `f(x)` becomes `createTrace({ … }).run(() => f(x))`. If it contains an `await`, it becomes
 * `await createTrace({ … }).run(async () => f(x))`.
 */
export function printExpression(
  text: string,
  site: HandlerSite,
  target: ExpressionTarget,
  options: WrapOptions,
): Edit[] {
  const { start, end } = target.body;
  // With `await`, a `try` around it still catches errors of the body.
  const awaited = target.awaits ? 'await ' : '';
  const openAt = (body: Range, before = '') =>
    `${awaited}${printTrace(text, site, { ...target, body }, options, { before: before + awaited })}.run(${target.awaits ? 'async ' : ''}() => `;
  if (target.kind === 'block') {
    const within = linesWithin(text, target.body);
    if (!within) return [insertion(start, `{ return ${openAt(target.body)}`), insertion(end, '); }')];
    const around = { open: `return ${openAt(within, 'return ')}{`, close: `})${options.semicolon}` };
    return wrapLines(text, within, target.lines ?? [], around, options.style);
  }
  // A brace would start a block, and the user's parentheses must differ from ours.
  const needsParentheses = !target.isBody && (text[start] === '{' || text[start] === '(');
  const [left, right] = needsParentheses ? ['(', ')'] : ['', ''];
  const parts = { open: openAt(target.body), close: ')', left, right };
  const { open, close } = fitted(text, target.body, parts, options);
  return [insertion(start, open), insertion(end, close)];
}

interface Closing {
  readonly open: string;
  readonly close: string;
  readonly left?: string;
  readonly right?: string;
  /** Columns that our code inside the body adds. */
  readonly addedColumns?: number;
}

/** Prints `() => f(x))` on one line, or with `f(x)` on its own line if that is too wide. */
function fitted(
  text: string,
  body: Range,
  { open, close, left = '', right = '', addedColumns = 0 }: Closing,
  { style, width, trailingComma }: WrapOptions,
): { open: string; close: string } {
  const line = { open: open + left, close: right + close };
  const isOneLine = !text.slice(body.start, body.end).includes('\n');
  if (!isOneLine || fits(text, body, line, { ...width, line: width.line - addedColumns })) return line;
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

/** Recognises a call only in the places where `init` writes one. In other places, a person wrote it. */
export function recogniseBody(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  return isWhereInitWrites(call, inner) ? aroundBody(call, inner) : undefined;
}

function isWhereInitWrites(call: CallExpression, inner: InlineFunction): boolean {
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

/** In an expression, parentheses around a literal are ours. In the body of an arrow function, they are the user's. */
function contentOf(call: CallExpression, inner: InlineFunction): Node {
  const isExpression = !ts.isFunctionLike(call.parent);
  return isExpression && ts.isParenthesizedExpression(inner.body) ? inner.body.expression : inner.body;
}

/** The range of our code: it includes the braces of `{ return … }` around a block, and `await` before an expression. */
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
