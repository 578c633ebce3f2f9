import { type Edit, insertion } from '../../core/edits.js';
import {
  CONTEXT_PARAMETER,
  INPUT_PARAMETER,
  REST_BINDING,
  TRACE_NAMES,
} from '../../tools/generated-names.js';
import type { ExpressionTarget, FunctionTarget, HandlerSite, Range } from '../../tools/site.js';
import {
  type CallExpression,
  functionAround,
  type InlineFunction,
  identifiersIn,
  isAsync,
  type Node,
  type ParameterDeclaration,
  ts,
  walk,
} from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Cut, Wrapper } from '../wrapper.js';
import { aroundLines, isAloneInLines, linesWithin, wrapLines } from './laid-out.js';
import { printModel } from './model.js';
import { printTrace } from './trace.js';

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
  const models = target.models.flatMap((model) => printModel(model, names, trace));
  const added = (target.addParameters ?? []).map(({ at, text }) => insertion(at, text));
  const openAt = (body: Range) => `${printTrace(text, site, { ...target, body }, options)}.run(${inner}`;
  const { start, end } = target.body;
  if (target.form !== 'function')
    return [...added, insertion(start, openAt(target.body)), ...models, insertion(end, ')')];
  const within = linesWithin(text, target.body);
  if (!within) {
    const open = `{ return ${openAt(target.body)}`;
    return [...added, insertion(start, open), ...models, insertion(end, '); }')];
  }
  const around = { open: `return ${openAt(within)}{`, close: `})${options.semicolon}` };
  const lines = wrapLines(text, within, target.lines ?? [], around, options.style);
  return [...added, ...lines, ...models];
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
  const openAt = (body: Range) =>
    `${awaited}${printTrace(text, site, { ...target, body }, options)}.run(${target.awaits ? 'async ' : ''}() => `;
  if (target.kind === 'block') {
    const within = linesWithin(text, target.body);
    if (!within) return [insertion(start, `{ return ${openAt(target.body)}`), insertion(end, '); }')];
    const around = { open: `return ${openAt(within)}{`, close: `})${options.semicolon}` };
    return wrapLines(text, within, target.lines ?? [], around, options.style);
  }
  // A brace would open a body, and parentheses of theirs must stay told apart from ours.
  const isLiteral = !target.isBody && (text[start] === '{' || text[start] === '(');
  const before = `${openAt(target.body)}${isLiteral ? '(' : ''}`;
  return [insertion(start, before), insertion(end, isLiteral ? '))' : ')')];
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
  const laidOut = aroundLinesOfBlock(call, inner);
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
export function aroundLinesOfBlock(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
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

function addedParameters(call: CallExpression, inner: InlineFunction): Cut[] {
  const parameters = functionAround(call)?.parameters ?? [];
  return [...addedRest(parameters[0], inner), ...addedContext(parameters, inner)];
}

function addedRest(first: ParameterDeclaration | undefined, inner: InlineFunction): Range[] {
  if (!first || !ts.isObjectBindingPattern(first.name)) return [];
  const { elements } = first.name;
  const rest = elements.at(-1);
  const before = elements.at(-2);
  if (!rest?.dotDotDotToken || !before || rest.name.getText() !== REST_BINDING) return [];
  return isUsedIn(inner, REST_BINDING) ? [] : [{ start: before.end, end: rest.end }];
}

function addedContext(parameters: readonly ParameterDeclaration[], inner: InlineFunction): Cut[] {
  const first = parameters.findIndex(({ name }) => {
    if (!ts.isIdentifier(name)) return false;
    if (name.text !== INPUT_PARAMETER && name.text !== CONTEXT_PARAMETER) return false;
    return !isUsedIn(inner, name.text);
  });
  const from = parameters[first];
  const last = parameters.at(-1);
  if (!from || !last) return [];
  const before = parameters[first - 1];
  if (before) return [{ start: before.end, end: last.end }];
  // A formatter may take the parentheses away.
  const file = from.getSourceFile().text;
  const isBare = !/^\s*[,)]/.test(file.slice(last.end));
  return [{ start: from.getStart(), end: last.end, ...(isBare ? { text: '()' } : {}) }];
}

function isUsedIn(fn: InlineFunction, name: string): boolean {
  let used = false;
  walk(fn, (node) => {
    // A tool that this handler registers has a parameter of its own.
    if (ts.isFunctionLike(node) && node.parameters.some((one) => identifiersIn(one.name).has(name)))
      return false;
    if (ts.isIdentifier(node) && node.text === name) used = true;
    return !used;
  });
  return used;
}
