import type { Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import type { ToolDefinition } from '../site.js';
import {
  bare,
  type CallExpression,
  type Expression,
  isFunctionWithBody,
  isInlineFunction,
  lineOf,
  memberName,
  memberOf,
  property,
  ts,
} from '../syntax/syntax.js';
import { handlerTarget } from '../targets/handler-target.js';
import { isPath } from '../targets/request-parts.js';
import { functionIn } from '../tool-object.js';
import { isToolName } from '../vocabulary.js';

/** Functions that create a tool from a name and a callback: `createTool('list', …, async (client, params) => …)`. */
const FACTORY =
  /^(?!(call|use|select|set|get|run|open|invoke|execute|has|is|test|find|remove|delete|list|enable|disable|choose|pick|toggle|update)[A-Z]?)\w{0,100}Tool(With\w{1,100})?$|^tool$/;

/** Calls of a project's function that creates a tool. Other families find its registration. */
export const toolFactories: Family = {
  id: 'tool factory',
  prefilter: /Tool(?:With\w+)?\s*\(|\btool\s*\(\s*['"\x60]/,
  visit: {
    call(node, context) {
      const definition = readFactoryCall(node, context);
      return definition && [{ definition }];
    },
  },
};

/** Reads a call with a tool's name first and the handler in a later argument. */
function readFactoryCall(call: CallExpression, context: FileContext): ToolDefinition | undefined {
  const { constants } = context;
  const built = readBuilder(call, context);
  if (built) return built;
  const callee = call.expression;
  const called = ts.isIdentifier(callee) ? callee.text : (memberOf(callee)?.name ?? '');
  if (!FACTORY.test(called)) return undefined;
  const named = call.arguments.find((argument) => !isPath(argument));
  const name = named && constants.text(named);
  if (!named || name === undefined || /\s/.test(name)) return undefined;
  const callback = call.arguments.map(bare).find(isInlineFunction) ?? functionInObjects(call);
  // After more than a server, a name counts only if the tool's function follows.
  if (call.arguments.indexOf(named) > (callback ? 3 : 1)) return undefined;
  if (!callback && call.arguments.length < 3) return undefined;
  const options = call.arguments.map(bare).find(ts.isObjectLiteralExpression);
  const described = options && property(options, 'description');
  const inOptions = described && constants.text(described);
  const [description = inOptions] = call.arguments
    .slice(call.arguments.indexOf(named) + 1)
    .map((argument) => constants.text(argument))
    .filter((text) => text?.includes(' '));
  return {
    name,
    line: lineOf(call),
    ...(description ? { description } : {}),
    handler: handlerTarget(callback ?? call.arguments.at(-1), context),
  };
}

/** Members that end a builder's chain with the tool's function. */
const BUILDER_END = /^(handle|handler|execute)$/;

/**
 * Reads `search: tool('Finds notes').input(schema).handle(({ input }) => …)`. The tool's name is the key, or the first
 * argument.
 */
function readBuilder(call: CallExpression, context: FileContext): ToolDefinition | undefined {
  const { constants } = context;
  if (!ts.isPropertyAccessExpression(call.expression) || !BUILDER_END.test(call.expression.name.text))
    return undefined;
  const [handler] = call.arguments;
  const fn = handler && bare(handler);
  const root = rootOf(call.expression.expression);
  if (!fn || !isInlineFunction(fn) || !root) return undefined;
  const text = root.arguments[0] && constants.text(root.arguments[0]);
  const key = ts.isPropertyAssignment(call.parent) ? memberName(call.parent.name) : undefined;
  const name = text && isToolName(text) ? text : key;
  if (name === undefined) return undefined;
  return {
    name,
    line: lineOf(call),
    ...(text && text !== name ? { description: text } : {}),
    handler: handlerTarget(fn, context),
  };
}

/** Returns `tool(…)` for `tool(…).a(…).b`. */
function rootOf(chain: Expression): CallExpression | undefined {
  if (!ts.isCallExpression(chain)) return undefined;
  const { expression } = chain;
  if (ts.isIdentifier(expression)) return FACTORY.test(expression.text) ? chain : undefined;
  return ts.isPropertyAccessExpression(expression) ? rootOf(expression.expression) : undefined;
}

/** Reads `tool('name', { description, handler(input, context) {…} })`. */
function functionInObjects(call: CallExpression) {
  for (const argument of call.arguments.map(bare)) {
    const fn = ts.isObjectLiteralExpression(argument) ? functionIn(argument) : undefined;
    if (fn && isFunctionWithBody(fn)) return fn;
  }
  return undefined;
}
