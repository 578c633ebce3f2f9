import { type Edit, insertion } from '../../core/edits.js';
import { levelAt, lineStart } from '../../text/lines.js';
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
import { addedParameters, printParameters } from './added-parameters.js';
import { aroundBelowArrow, belowArrow, OPEN_PARENTHESIS } from './below-arrow.js';
import { fitted, isBelowArrow } from './fitted.js';
import { aroundLines, deeper, isAloneInLines, levelCuts, linesWithin, wrapLines } from './laid-out.js';
import { columnsAddedBy, printModels } from './model.js';
import { breakAbove, ownLine } from './own-line.js';
import { type Place, printTrace } from './trace.js';
import { columnsOf } from './width.js';

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
  const { edits: added, lead } = printParameters(text, target, options);
  const openAt = (body: Range, place?: Place) =>
    `${printTrace(text, site, { ...target, body }, options, place)}.run(${inner}`;
  const { start, end } = target.body;
  const modelsAt = (levels: number, lead?: { at: number; text: string }) => {
    const isDeeper = levels > 0;
    const edits = printModels(text, target.models, trace, options, { isDeeper, ...(lead && { lead }) });
    return isDeeper ? edits.map((edit) => deeper(edit, level.repeat(levels))) : edits;
  };
  if (target.form !== 'function') {
    const open = (place?: Place) => openAt(target.body, place);
    const below = belowArrow(text, target, { lead, open }, options);
    if (below) return [...added, ...below.edits, ...modelsAt(below.levels), insertion(end, below.close)];
    const addedColumns = columnsAddedBy(target.models, trace, names);
    const { edits, first, isBelow } = fitted(
      text,
      target,
      { open: open(), close: ')', addedColumns },
      options,
    );
    return [
      ...added,
      ...edits.slice(0, -1),
      ...modelsAt(isBelow ? 1 : 0, lineStartWith(text, start, first)),
      ...edits.slice(-1),
    ];
  }
  const within = linesWithin(text, target.body);
  if (!within) {
    const open = `{ return ${openAt(target.body)}`;
    return [...added, insertion(start, open), ...modelsAt(0), insertion(end, '); }')];
  }
  const around = { open: `return ${openAt(within)}{`, close: `})${options.semicolon}` };
  const lines = wrapLines(text, within, target.lines ?? [], around, options.style);
  return [...added, ...lines, ...modelsAt(1)];
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
  const run = `.run(${target.awaits ? 'async ' : ''}() => `;
  const openAt = (body: Range, before = '', base?: string) =>
    `${awaited}${printTrace(text, site, { ...target, body }, options, { before: before + awaited, ...(base === undefined ? {} : { base }) })}${run}`;
  if (target.kind === 'block') {
    const within = linesWithin(text, target.body);
    if (!within) return [insertion(start, `{ return ${openAt(target.body)}`), insertion(end, '); }')];
    const around = { open: `return ${openAt(within, 'return ')}{`, close: `})${options.semicolon}` };
    return wrapLines(text, within, target.lines ?? [], around, options.style);
  }
  // A brace would start a block, and the user's parentheses must differ from ours.
  const needsParentheses = !target.isBody && (text[start] === '{' || text[start] === '(');
  const [left, right] = needsParentheses ? ['(', ')'] : ['', ''];
  const open = openAt(target.body);
  const [first = ''] = open.split('\n');
  const { width } = options;
  const columns = columnsOf(text.slice(lineStart(text, start), start) + first, width.tab);
  const isWide = width.isStated && columns > width.line;
  const own = isWide ? ownLine(text, target.body, options.style) : undefined;
  if (!own) return fitted(text, target, { open, close: ')', left, right }, options).edits;
  // The parentheses on their own lines show that the line break is ours.
  const { edit, base, level } = own;
  const inner = `${options.style.eol}${base}${level}`;
  const opened = openAt(target.body, text.slice(edit.end, start), base);
  return [
    edit,
    insertion(start, `${opened}(${inner}`),
    ...(target.lines ?? []).map((at) => insertion(at, level + level)),
    insertion(end, `${options.style.eol}${base}))`),
  ];
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
  const within = { start: body.getStart(), end: body.end };
  const above = isOpenParenthesis(inner) ? breakAbove(call.getSourceFile().text, outer.start) : undefined;
  const levels = above || isInOwnLines(inner);
  return {
    content: within.start,
    cuts: [
      ...(above ? [above] : []),
      ...addedParameters(call, inner),
      { start: outer.start, end: within.start },
      ...(levels ? levelCuts(call.getSourceFile(), above?.start ?? outer.start, within) : []),
      { start: within.end, end: outer.end },
    ],
  };
}

/** Returns true if the body begins with `(` at the end of a line, as below our line break. */
function isOpenParenthesis({ body }: InlineFunction): boolean {
  return ts.isParenthesizedExpression(body) && OPEN_PARENTHESIS.test(body.getText());
}

/** Returns true if a concise body is below our arrow. */
function isInOwnLines({ body }: InlineFunction): boolean {
  const { text } = body.getSourceFile();
  return !ts.isBlock(body) && isBelowArrow(text, body.getStart());
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
