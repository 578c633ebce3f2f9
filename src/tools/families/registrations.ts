import type { Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import { callbackAmong } from '../registration/callback.js';
import { readRegisterToolCall, readToolCall } from '../registration/overloads.js';
import type { Registered } from '../registration/registered.js';
import { siteOf } from '../registration/registration-site.js';
import { configHasSchema, objectHasSchema } from '../registration/schemas.js';
import type { SiteFamily } from '../site.js';
import { calledMember } from '../syntax/called-member.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type FunctionLike,
  isInlineFunction,
  type ObjectLiteral,
  property,
  ts,
} from '../syntax/syntax.js';
import { functionIn, memberIn, readToolObject } from '../tool-object.js';
import { SCHEMA_MEMBERS } from '../vocabulary.js';

/** Calls that register a tool on a server. */
export const registrations: Family = {
  id: 'registration',
  prefilter: new RegExp(
    [
      String.raw`\.\s*(?:tool|registerTool|paidTool|addTool)\s*[(<]`,
      String.raw`\[\s*['"\x60](?:tool|registerTool|paidTool|addTool)['"\x60]\s*\]\s*[(<]`,
      String.raw`\bregisterToolTask\b|\.(?:tool|registerTool)\.bind\(`,
    ].join('|'),
  ),
  visit: {
    call(node, context) {
      const registered = readRegistration(node, context);
      const site = registered && siteOf(registered, node, context);
      return site && [{ site }];
    },
  },
};

/**
 * Reads a registration of an McpServer of SDK v1 or v2, or of a library that wraps it (ext-apps, x402, mcp-lite, tmcp,
 * fastmcp). Undefined for any other call.
 */
function readRegistration(call: CallExpression, context: FileContext): Registered | undefined {
  const callee = call.expression;
  const member = calledMember(callee);
  const isApp = ts.isIdentifier(callee) && callee.text === 'registerAppTool';
  if (!member && !isApp) return undefined;
  // With a spread, the position of the handler is unknown.
  if (call.arguments.some(ts.isSpreadElement)) return undefined;
  if (isApp) {
    const [, name, config, callback] = call.arguments;
    return name && config && callback
      ? withConfig('registerAppTool', name, config, callback, context)
      : undefined;
  }
  const registered = member && onReceiver(call, member.name, context);
  if (!registered) return undefined;
  return context.isServer(member.owner)
    ? { ...registered, receiver: member.isCast ? '' : member.owner.getText() }
    : undefined;
}

function onReceiver(call: CallExpression, method: string, context: FileContext): Registered | undefined {
  switch (method) {
    case 'tool':
      return readTool(call, context);
    case 'registerTool':
      return readRegisterTool(call, context);
    case 'registerToolTask':
      return readToolTask(call, context);
    case 'paidTool': {
      const [name] = call.arguments;
      const read = readToolCall(call, context);
      return name && read
        ? { family: 'paidTool', name, ...read, handler: read.callback, hasSchema: true }
        : undefined;
    }
    case 'addTool': {
      const object = call.arguments[0] && context.constants.object(call.arguments[0]);
      return object && fromObject('addTool', object, context);
    }
    default:
      return undefined;
  }
}

function readTool(call: CallExpression, context: FileContext): Registered | undefined {
  const [name, second] = call.arguments;
  if (!name) return undefined;
  const definition = ts.isObjectLiteralExpression(bare(name)) ? (bare(name) as ObjectLiteral) : undefined;
  if (definition) {
    const named = property(definition, 'name');
    const callback = call.arguments.find((argument) => isInlineFunction(bare(argument)));
    if (!named || !callback) return undefined;
    return withConfig('server.tool', named, definition, callback, context);
  }
  const options = second && call.arguments.length === 2 ? context.constants.object(second) : undefined;
  if (options && functionIn(options)) {
    const handler = functionIn(options) as FunctionLike | Expression;
    return { ...withDescription('server.tool', name, options, context), handler };
  }
  const read = readToolCall(call, context);
  return read && { family: 'server.tool', name, ...read, handler: read.callback };
}

function readRegisterTool(call: CallExpression, context: FileContext): Registered | undefined {
  const [name] = call.arguments;
  const read = readRegisterToolCall(call, context);
  if (!name || !read) return undefined;
  // `registerTool(definition, handler, …)` is a method of the project.
  if (ts.isObjectLiteralExpression(bare(name))) return undefined;
  return { family: 'server.registerTool', name, ...read, handler: read.callback };
}

/** Reads `registerToolTask(name, config, { createTask, … })`. Each call of the tool begins with `createTask`. */
function readToolTask(call: CallExpression, context: FileContext): Registered | undefined {
  const read = readRegisterTool(call, context);
  const object = call.arguments[2] && context.constants.object(call.arguments[2]);
  const handler = object && memberIn(object, 'createTask');
  return read && handler ? { ...read, handler } : undefined;
}

function withConfig(
  family: SiteFamily,
  name: Expression,
  config: Expression,
  callback: Expression,
  context: FileContext,
): Registered {
  const object = context.constants.object(config);
  const handler = callbackAmong([callback], context.values);
  if (object) return { ...withDescription(family, name, object, context), handler };
  const hasSchema = configHasSchema(config, SCHEMA_MEMBERS, context.values);
  return { family, name, handler, hasSchema, description: undefined, annotations: undefined };
}

/** Reads a tool in one object: `{ name, description, parameters, execute }`. */
function fromObject(family: SiteFamily, object: ObjectLiteral, context: FileContext): Registered | undefined {
  const name = property(object, 'name');
  const handler = functionIn(object);
  return name && handler ? { ...withDescription(family, name, object, context), handler } : undefined;
}

function withDescription(family: SiteFamily, name: Expression, object: ObjectLiteral, context: FileContext) {
  const { description, annotations } = readToolObject(object, context.constants);
  const hasSchema = objectHasSchema(object, SCHEMA_MEMBERS, context.values);
  return { family, name, description, annotations, hasSchema };
}
