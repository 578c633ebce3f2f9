import type { Family } from '../family.js';
import type { HandlerContext } from '../file-context.js';
import { METHODS } from '../methods.js';
import { BARE_SITE, type HandlerSite } from '../site.js';
import { functionOf } from '../syntax/functions.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type FunctionLike,
  isInlineFunction,
  lineOf,
  memberOf,
  ts,
} from '../syntax/syntax.js';
import { functionTarget } from '../targets/function-target.js';
import { partsOfParameter } from '../targets/request-parts.js';

/**
 * `server.setRequestHandler(CallToolRequestSchema, handler)` of the low-level Server, and
 * `setRequestHandler('tools/call', handler)` of SDK v2: one function that every tool runs through.
 */
export const lowLevelServer: Family = {
  id: 'setRequestHandler',
  prefilter: new RegExp(String.raw`\b${METHODS.tool.schema}\b`),
  isDispatch: true,
  visit: {
    call(node, context) {
      const site = readLowLevelServer(node, context);
      return site && [{ site }];
    },
  },
};

const SCHEMA = new RegExp(String.raw`^(\w+\.)?${METHODS.tool.schema}$|^(['"\x60])${METHODS.tool.rpc}\2$`);

function readLowLevelServer(call: CallExpression, context: HandlerContext): HandlerSite | undefined {
  if (memberOf(call.expression)?.name !== 'setRequestHandler') return undefined;
  const [schema, handler] = call.arguments;
  if (!schema || !handler || !SCHEMA.test(schema.getText())) return undefined;
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
  // A function written elsewhere has a type of its own, and other callers.
  const inPlace = { ...context, mayAddParameters: context.mayAddParameters && handler === fn };
  const target = functionTarget(fn, { kind: 'mcp', hasSchema: true }, inPlace);
  if (target.kind === 'manual') return { ...site, name: { kind: 'dispatched' }, target };
  const { input: _whole, ...rest } = target;
  return { ...site, name, target: { ...rest, ...(parts.args ? { input: { text: parts.args } } : {}) } };
}

/** `f` in `logged('CallTool', guarded(async (request) => f))`: the one function in it that reads the request. */
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

/** Whether a function reads which tool is called from its first parameter. */
function readsRequest(fn: FunctionLike): boolean {
  const parts = partsOfParameter(fn.parameters[0]);
  if (!parts?.name || !fn.body) return false;
  const isTakenApart = !ts.isIdentifier(fn.parameters[0]?.name ?? fn);
  return isTakenApart || /\.params\b/.test(fn.body.getText());
}
