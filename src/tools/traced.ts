import { CONTEXT_PARAMETER, INPUT_PARAMETER } from './generated-names.js';
import type { Range, TracedHandler } from './site.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type InlineFunction,
  isInlineFunction,
  property,
  ts,
  walk,
} from './syntax.js';

/** Local names of our runtime's exports, by exported name. */
type RuntimeNames = ReadonlyMap<string, string>;

/** A handler that opens a trace from our package already, in the shape that `init` writes or another. */
export function readTraced(callback: Expression, names: RuntimeNames): TracedHandler | undefined {
  if (names.size === 0) return undefined;
  const node = bare(callback);
  if (ts.isCallExpression(node))
    return isCallOf(node, names.get('traceMcpTool')) ? { kind: 'traced', unwrap: [] } : undefined;
  if (!isInlineFunction(node)) return undefined;
  const wrapper = wrapperIn(node, names);
  if (wrapper) return unwrapping(node, wrapper, names);
  const opens = [names.get('createTrace'), names.get('withTrace')];
  let opened = false;
  walk(node.body, (inner) => {
    if (ts.isCallExpression(inner) && opens.some((name) => isCallOf(inner, name))) opened = true;
    return !opened;
  });
  return opened ? { kind: 'traced', unwrap: [] } : undefined;
}

interface Wrapper {
  /** `createTrace({...}).run(inner)`. */
  readonly call: CallExpression;
  readonly options: Expression | undefined;
  readonly inner: InlineFunction;
  /** What wraps the original body, to its very ends. */
  readonly outer: Range;
}

function wrapperIn(handler: InlineFunction, names: RuntimeNames): Wrapper | undefined {
  if (!ts.isBlock(handler.body)) {
    const call = bare(handler.body);
    return asWrapper(call, names, { start: call.getStart(), end: call.end });
  }
  const [statement, ...more] = handler.body.statements;
  if (more.length > 0 || !statement || !ts.isReturnStatement(statement) || !statement.expression)
    return undefined;
  return asWrapper(statement.expression, names, { start: handler.body.getStart(), end: handler.body.end });
}

function asWrapper(node: Expression, names: RuntimeNames, outer: Range): Wrapper | undefined {
  if (!ts.isCallExpression(node) || node.arguments.length !== 1) return undefined;
  const inner = node.arguments[0] as Expression;
  if (!isInlineFunction(inner) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const trace = node.expression.expression;
  if (node.expression.name.text !== 'run' || !ts.isCallExpression(trace)) return undefined;
  if (!isCallOf(trace, names.get('createTrace'))) return undefined;
  return { call: node, options: trace.arguments[0], inner, outer };
}

function unwrapping(handler: InlineFunction, wrapper: Wrapper, names: RuntimeNames): TracedHandler {
  const { body } = wrapper.inner;
  const unwrap: Range[] = [
    ...addedParameters(handler, wrapper),
    { start: wrapper.outer.start, end: body.getStart() },
    ...observedModels(wrapper.inner, names),
    { start: body.end, end: wrapper.outer.end },
  ];
  const task = writtenTask(wrapper.options, names);
  return { kind: 'traced', unwrap, ...(task ? { task } : {}) };
}

function addedParameters(handler: InlineFunction, wrapper: Wrapper): Range[] {
  const { parameters } = handler;
  const isOurs = (index: number) => {
    const name = parameters[index]?.name;
    if (!name || !ts.isIdentifier(name)) return false;
    if (name.text !== INPUT_PARAMETER && name.text !== CONTEXT_PARAMETER) return false;
    return !isUsedIn(wrapper.inner, name.text);
  };
  const first = parameters.findIndex((_, index) => isOurs(index));
  const last = parameters.at(-1);
  if (first === -1 || !last) return [];
  const before = parameters[first - 1];
  return [{ start: before ? before.end : (parameters[first] ?? last).getStart(), end: last.end }];
}

function isUsedIn(fn: InlineFunction, name: string): boolean {
  let used = false;
  walk(fn, (node) => {
    if (ts.isIdentifier(node) && node.text === name) used = true;
    return !used;
  });
  return used;
}

function observedModels(inner: InlineFunction, names: RuntimeNames): Range[] {
  const ranges: Range[] = [];
  const observe = names.get('observeModel');
  walk(inner.body, (node) => {
    if (!ts.isCallExpression(node) || !isCallOf(node, observe)) return;
    const client = node.arguments[1];
    if (!client || node.arguments.length !== 2) return;
    ranges.push({ start: node.getStart(), end: client.getStart() }, { start: client.end, end: node.end });
  });
  return ranges.sort((a, b) => a.start - b.start);
}

function writtenTask(options: Expression | undefined, names: RuntimeNames): string | undefined {
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
