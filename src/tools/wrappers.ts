import { CAPTURE_INPUT, CONTEXT_PARAMETER, INPUT_PARAMETER, REST_BINDING } from './generated-names.js';
import type { Range } from './site.js';
import {
  type CallExpression,
  type Expression,
  functionAround,
  type InlineFunction,
  identifiersIn,
  isAsync,
  isInlineFunction,
  type Node,
  type ParameterDeclaration,
  property,
  type SourceFile,
  ts,
  walk,
} from './syntax/syntax.js';

/** Code of ours around code of theirs, in a file that `init` has been through. */
export interface Wrapper {
  /** Where what is theirs begins. */
  readonly content: number;
  /** What is ours: cut out, it leaves the file as it was (imports aside). */
  readonly cuts: readonly Range[];
  /** The task type written in `mcpToolMetadata`, where it is a literal. */
  readonly task?: string;
}

/** Local names of our runtime's exports, by exported name. */
type RuntimeNames = ReadonlyMap<string, string>;

/** Finds every wrapper that `init` writes, by its shape; values changed in it since do not matter. */
export function findWrappers(file: SourceFile, names: RuntimeNames): Wrapper[] {
  if (names.size === 0) return [];
  const found: Wrapper[] = [];
  walk(file, (node) => {
    if (!ts.isCallExpression(node)) return;
    if (isCallOf(node, names.get('traceMcpTool')) && isAroundHandler(node)) {
      const [, , task] = node.arguments;
      const written = task && ts.isStringLiteralLike(task) ? { task: task.text } : {};
      found.push({ ...aroundHandler(node), ...written });
      return;
    }
    const observes = isCallOf(node, names.get('observeModel')) || isCallOf(node, names.get('observeFetch'));
    if (observes && node.arguments.length === 2) {
      found.push(aroundValue(node, node.arguments[1] as Expression));
      return;
    }
    const inner = runArgument(node, names);
    const wrapper = inner && aroundRun(node, inner);
    const task = wrapper && writtenTask(node, names);
    if (wrapper) found.push(task ? { ...wrapper, task } : wrapper);
  });
  return found;
}

/** With no options, or with the one that `init` writes. */
function isAroundHandler({ arguments: given }: CallExpression): boolean {
  const options = given[4];
  if (options === undefined) return given.length === 4;
  if (given.length > 5 || !ts.isObjectLiteralExpression(options)) return false;
  return options.properties.length === 1 && property(options, CAPTURE_INPUT) !== undefined;
}

/** `handler` in `traceMcpTool(server, tool, task, handler)`; as a member, the way it was written before. */
function aroundHandler(call: CallExpression): Wrapper {
  const handler = call.arguments[3] as Expression;
  const member = ts.isPropertyAssignment(call.parent) ? call.parent.name : undefined;
  if (member && ts.isIdentifier(handler) && handler.text === member.getText()) {
    return { content: member.getStart(), cuts: [{ start: member.end, end: call.end }] };
  }
  const inner = ts.isParenthesizedExpression(handler) ? handler.expression : undefined;
  const isRepeated = member && inner && inner.getText() === member.getText();
  return aroundValue(call, isRepeated ? inner : handler);
}

/** A call of ours that gives one of its arguments back, in one way or another. */
function aroundValue(call: CallExpression, value: Expression): Wrapper {
  return {
    content: value.getStart(),
    cuts: [
      { start: call.getStart(), end: value.getStart() },
      { start: value.end, end: call.end },
    ],
  };
}

/** `f` in `createTrace(…).run(f)`. */
function runArgument(call: CallExpression, names: RuntimeNames): InlineFunction | undefined {
  const [inner, ...more] = call.arguments;
  if (!inner || more.length > 0 || !isInlineFunction(inner)) return undefined;
  if (!ts.isPropertyAccessExpression(call.expression) || call.expression.name.text !== 'run')
    return undefined;
  const trace = call.expression.expression;
  if (!ts.isCallExpression(trace) || !isCallOf(trace, names.get('createTrace'))) return undefined;
  // What a person writes by hand has a shape of its own, and stays.
  const written = [names.get('mcpToolMetadata'), names.get('fromToolCall')].filter(
    (name) => name !== undefined,
  );
  const [options] = trace.arguments;
  const isOurs = options && written.some((name) => new RegExp(`\\b${name}\\(`).test(options.getText()));
  return isOurs ? inner : undefined;
}

/** A block can be put back only where `init` takes one from; elsewhere a person put the call. */
function aroundRun(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  const statements = statementsAround(call, inner);
  return statements ?? (isInOurPlace(call, inner) ? aroundBody(call, inner) : undefined);
}

function isInOurPlace(call: CallExpression, inner: InlineFunction): boolean {
  const { parent } = call;
  if (!ts.isBlock(inner.body) || ts.isArrowFunction(parent)) return true;
  const statement = ts.isAwaitExpression(parent) ? parent.parent : parent;
  if (!ts.isReturnStatement(statement)) return false;
  return ts.isBlock(statement.parent) && statement.parent.statements.length === 1;
}

function aroundBody(call: CallExpression, inner: InlineFunction): Wrapper {
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

/**
 * `return … => { statements });` and `x = … => { statements return x; });`, in the place of the
 * statements themselves.
 */
function statementsAround(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  if (!ts.isBlock(inner.body)) return undefined;
  const within = ts.isAwaitExpression(call.parent) ? call.parent : call;
  const { parent } = within;
  const inside = inner.body.statements;
  if (ts.isReturnStatement(parent) && !ts.isBlock(parent.parent)) return statementWrapper(parent, inside);
  if (!ts.isBinaryExpression(parent) || !ts.isExpressionStatement(parent.parent)) return undefined;
  const last = inside.at(-1);
  const gives = last && ts.isReturnStatement(last) ? last.expression?.getText() : undefined;
  return gives === parent.left.getText() ? statementWrapper(parent.parent, inside.slice(0, -1)) : undefined;
}

function statementWrapper(statement: Node, theirs: readonly Node[]): Wrapper | undefined {
  const first = theirs[0];
  const last = theirs.at(-1);
  if (!first || !last) return undefined;
  return {
    content: first.getStart(),
    cuts: [
      { start: statement.getStart(), end: first.getStart() },
      { start: last.end, end: statement.end },
    ],
  };
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

function addedParameters(call: CallExpression, inner: InlineFunction): Range[] {
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

function addedContext(parameters: readonly ParameterDeclaration[], inner: InlineFunction): Range[] {
  const first = parameters.findIndex(({ name }) => {
    if (!ts.isIdentifier(name)) return false;
    if (name.text !== INPUT_PARAMETER && name.text !== CONTEXT_PARAMETER) return false;
    return !isUsedIn(inner, name.text);
  });
  const from = parameters[first];
  const last = parameters.at(-1);
  if (!from || !last) return [];
  const before = parameters[first - 1];
  return [{ start: before ? before.end : from.getStart(), end: last.end }];
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

function writtenTask(call: CallExpression, names: RuntimeNames): string | undefined {
  const trace = (call.expression as { expression?: Node }).expression;
  const options = trace && ts.isCallExpression(trace) ? trace.arguments[0] : undefined;
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
  const metadata = property(options, 'metadata');
  if (!metadata || !ts.isCallExpression(metadata)) return undefined;
  if (!isCallOf(metadata, names.get('mcpToolMetadata'))) return undefined;
  const task = metadata.arguments[2];
  return task && ts.isStringLiteralLike(task) ? task.text : undefined;
}

function isCallOf(call: CallExpression, name: string | undefined): boolean {
  return name !== undefined && ts.isIdentifier(call.expression) && call.expression.text === name;
}
