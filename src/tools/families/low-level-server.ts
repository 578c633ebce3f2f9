import type { Family } from '../family.js';
import type { HandlerContext } from '../file-context.js';
import { METHODS } from '../methods.js';
import { isUntyped } from '../registration/untyped-receiver.js';
import { BARE_SITE, type HandlerKind, type HandlerSite } from '../site.js';
import { calledMember } from '../syntax/called-member.js';
import { functionOf } from '../syntax/functions.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type FunctionLike,
  isInlineFunction,
  lineOf,
  ts,
} from '../syntax/syntax.js';
import { functionTarget } from '../targets/function-target.js';
import { partsOfParameter } from '../targets/request-parts.js';

const KINDS = Object.entries(METHODS) as [HandlerKind, (typeof METHODS)[HandlerKind]][];

/**
 * `server.setRequestHandler(CallToolRequestSchema, handler)` of the low-level Server, and
 * `setRequestHandler('tools/call', handler)` of SDK v2. One function runs every tool.
 */
export const lowLevelServer: Family = {
  id: 'setRequestHandler',
  prefilter: new RegExp(
    [
      ...KINDS.map(([, { schema }]) => String.raw`\b${schema}\b`),
      String.raw`setRequestHandler\(\s*['"\x60](?:resources/read|prompts/get)`,
    ].join('|'),
  ),
  isDispatch: true,
  visit: {
    call(node, context) {
      const site = readLowLevelServer(node, context);
      return site && [{ site }];
    },
  },
};

/** The kind of a request handler, from the schema of SDK v1 or the method's name in SDK v2. */
function kindOf(schema: string): HandlerKind | undefined {
  return KINDS.find(([, method]) =>
    new RegExp(String.raw`^(\w+\.)?${method.schema}$|^(['"\x60])${method.rpc}\2$`).test(schema),
  )?.[0];
}

function readLowLevelServer(call: CallExpression, ofFile: HandlerContext): HandlerSite | undefined {
  const member = calledMember(call.expression);
  if (member?.name !== 'setRequestHandler') return undefined;
  const isTyped = !member.isCast && !isUntyped(member.owner.getText(), call.getSourceFile().text);
  const context = { ...ofFile, mayAddParameters: ofFile.mayAddParameters && isTyped };
  const [schema, handler] = call.arguments;
  const kind = schema && kindOf(schema.getText());
  if (!kind || !handler) return undefined;
  if (kind !== 'tool') return readOther(kind, call, handler, context);
  const site = { ...BARE_SITE, line: lineOf(call), family: 'setRequestHandler' } as const;
  const fn = functionOf(handler) ?? wrappedFunction(handler);
  const parts = fn && partsOfParameter(fn.parameters[0]);
  if (!fn || !parts?.name) {
    return {
      ...site,
      name: { kind: 'dispatched' },
      target: { kind: 'manual', reason: 'the request handler is not a function in this file' },
    };
  }
  const name = { kind: 'dispatched', source: parts.name } as const;
  // A function in another place has its own type and may have other callers.
  const inPlace = { ...context, mayAddParameters: context.mayAddParameters && handler === fn };
  const target = functionTarget(fn, { kind: 'mcp', hasSchema: true }, inPlace);
  if (target.kind === 'manual') return { ...site, name: { kind: 'dispatched' }, target };
  const { input: _input, ...rest } = target;
  return { ...site, name, target: { ...rest, ...(parts.args ? { input: { text: parts.args } } : {}) } };
}

/** Reads a handler of resources or prompts. Only the request contains the name. */
function readOther(
  kind: HandlerKind,
  call: CallExpression,
  handler: Expression,
  context: HandlerContext,
): HandlerSite {
  const site = {
    ...BARE_SITE,
    kind,
    name: { kind: 'dispatched' },
    line: lineOf(call),
    family: 'setRequestHandler',
  } as const;
  const fn = functionOf(handler);
  if (!fn) {
    return {
      ...site,
      target: { kind: 'manual', reason: 'the request handler is not a function in this file' },
    };
  }
  const mayAddParameters = context.mayAddParameters && bare(handler) === fn;
  return { ...site, target: functionTarget(fn, { kind: 'request' }, { ...context, mayAddParameters }) };
}

/** Returns `fn` in `logged('CallTool', guarded(fn))`, if it is the only function in the call that reads the request. */
function wrappedFunction(expression: Expression): FunctionLike | undefined {
  const found: FunctionLike[] = [];
  const look = (node: Expression): void => {
    const inner = bare(node);
    if (isInlineFunction(inner)) {
      if (readsRequest(inner)) found.push(inner);
    } else if (ts.isCallExpression(inner)) inner.arguments.forEach(look);
  };
  look(expression);
  return found.length === 1 ? found[0] : undefined;
}

/** Returns true if a function reads the tool's name from its first parameter. */
function readsRequest(fn: FunctionLike): boolean {
  const parts = partsOfParameter(fn.parameters[0]);
  if (!parts?.name || !fn.body) return false;
  const isDestructured = !ts.isIdentifier(fn.parameters[0]?.name ?? fn);
  return isDestructured || /\.params\b/.test(fn.body.getText());
}
