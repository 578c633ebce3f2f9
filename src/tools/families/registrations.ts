import type { ToolAnnotations, ToolFamily } from '../site.js';
import { calledMember, isServer } from '../syntax/called-member.js';
import type { Constants } from '../syntax/constants.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type FunctionLike,
  isFunctionWithBody,
  isInlineFunction,
  memberName,
  type ObjectLiteral,
  property,
  ts,
} from '../syntax/syntax.js';
import { annotationsOf, readRegisterToolCall, readToolCall } from './overloads.js';

/** A call that gives a server a tool. */
export interface Registered {
  readonly family: ToolFamily;
  /** The function of the project that is called, where a person named it. */
  readonly registrar?: string;
  readonly name: Expression;
  /** What is called for the tool: a function written in place, or an expression for one. */
  readonly handler: FunctionLike | Expression;
  readonly hasSchema: boolean | undefined;
  readonly schemaKeys?: readonly string[] | undefined;
  readonly description: string | undefined;
  readonly annotations: ToolAnnotations | undefined;
  /** Source of what the tool is registered on. */
  readonly receiver?: string;
}

/** Names of members that hold a tool's function, in the libraries and registries that take an object. */
export const HANDLER_MEMBERS = [
  'handler',
  'execute',
  'callback',
  'cb',
  'run',
  'call',
  'invoke',
  'handle',
  'fn',
];

/** Names of members that hold the schema of a tool's arguments. */
export const SCHEMA_MEMBERS = [
  'inputSchema',
  'input_schema',
  'paramsSchema',
  'parameters',
  'schema',
  'argsSchema',
  'params',
  'args',
  'input',
];

/**
 * Reads a call as a registration: McpServer's of both SDK generations, and those of the libraries
 * that wrap it (ext-apps, x402, mcp-lite, tmcp, fastmcp). undefined for any other call.
 */
export function readRegistration(
  call: CallExpression,
  constants: Constants,
  importsMcp: boolean,
): Registered | undefined {
  const callee = call.expression;
  // What a spread brings is not written here: the last argument need not be the handler.
  if (call.arguments.some(ts.isSpreadElement)) return undefined;
  if (ts.isIdentifier(callee) && callee.text === 'registerAppTool') {
    const [, name, config, callback] = call.arguments;
    return name && config && callback
      ? withConfig('registerAppTool', name, config, callback, constants)
      : undefined;
  }
  const member = calledMember(callee);
  const registered = member && onReceiver(call, member.name, constants);
  if (!registered) return undefined;
  const receiver = member.owner.getText();
  return importsMcp || isServer(receiver) ? { ...registered, receiver } : undefined;
}

function onReceiver(call: CallExpression, method: string, constants: Constants): Registered | undefined {
  switch (method) {
    case 'tool':
      return readTool(call, constants);
    case 'registerTool':
      return readRegisterTool(call, constants);
    case 'registerToolTask':
      return readToolTask(call, constants);
    case 'paidTool': {
      const [name] = call.arguments;
      const read = readToolCall(call, constants);
      return name && read
        ? { family: 'paidTool', name, ...read, handler: read.callback, hasSchema: true }
        : undefined;
    }
    case 'addTool': {
      const object = call.arguments[0] && constants.object(call.arguments[0]);
      return object && fromObject('addTool', object, constants);
    }
    default:
      return undefined;
  }
}

function readTool(call: CallExpression, constants: Constants): Registered | undefined {
  const [name, second] = call.arguments;
  if (!name) return undefined;
  const definition = ts.isObjectLiteralExpression(bare(name)) ? (bare(name) as ObjectLiteral) : undefined;
  if (definition) {
    const named = property(definition, 'name');
    const callback = call.arguments.find((argument) => isInlineFunction(bare(argument)));
    if (!named || !callback) return undefined;
    return withConfig('server.tool', named, definition, callback, constants);
  }
  const options = second && call.arguments.length === 2 ? constants.object(second) : undefined;
  if (options && functionIn(options)) {
    const handler = functionIn(options) as FunctionLike | Expression;
    return { ...facts('server.tool', name, options, constants), handler };
  }
  const read = readToolCall(call, constants);
  return read && { family: 'server.tool', name, ...read, handler: read.callback };
}

function readRegisterTool(call: CallExpression, constants: Constants): Registered | undefined {
  const [name] = call.arguments;
  const read = readRegisterToolCall(call, constants);
  if (!name || !read) return undefined;
  // `registerTool(definition, handler, …)` is a method of the project's own.
  if (ts.isObjectLiteralExpression(bare(name))) return undefined;
  return { family: 'server.registerTool', name, ...read, handler: read.callback };
}

/** `registerToolTask(name, config, { createTask, … })`: each call of the tool begins with `createTask`. */
function readToolTask(call: CallExpression, constants: Constants): Registered | undefined {
  const read = readRegisterTool(call, constants);
  const object = call.arguments[2] && constants.object(call.arguments[2]);
  const handler = object && memberIn(object, 'createTask');
  return read && handler ? { ...read, handler } : undefined;
}

function withConfig(
  family: ToolFamily,
  name: Expression,
  config: Expression,
  callback: Expression,
  constants: Constants,
): Registered {
  const object = constants.object(config);
  if (object) return { ...facts(family, name, object, constants), handler: callback };
  return {
    family,
    name,
    handler: callback,
    hasSchema: undefined,
    description: undefined,
    annotations: undefined,
  };
}

/** A tool told by one object: `{ name, description, parameters, execute }`. */
function fromObject(family: ToolFamily, object: ObjectLiteral, constants: Constants): Registered | undefined {
  const name = property(object, 'name');
  const handler = functionIn(object);
  return name && handler ? { ...facts(family, name, object, constants), handler } : undefined;
}

function facts(family: ToolFamily, name: Expression, object: ObjectLiteral, constants: Constants) {
  const description = property(object, 'description');
  const annotations = property(object, 'annotations');
  const hasSpread = object.properties.some(ts.isSpreadAssignment);
  const hasSchema = SCHEMA_MEMBERS.some((member) => property(object, member) !== undefined);
  return {
    family,
    name,
    description: description && constants.text(description),
    annotations: annotations && annotationsOf(constants.object(annotations)),
    hasSchema: hasSchema || (hasSpread ? undefined : false),
  };
}

/** The member of an object that carries the tool out: a method, a function in place, or a name for one. */
export function functionIn(object: ObjectLiteral): FunctionLike | Expression | undefined {
  for (const wanted of HANDLER_MEMBERS) {
    const found = memberIn(object, wanted);
    if (found) return found;
  }
  return undefined;
}

function memberIn(object: ObjectLiteral, wanted: string): FunctionLike | Expression | undefined {
  for (const member of object.properties) {
    if (!member.name || memberName(member.name) !== wanted) continue;
    if (ts.isMethodDeclaration(member) && isFunctionWithBody(member)) return member;
    if (ts.isPropertyAssignment(member)) return bare(member.initializer);
    if (ts.isShorthandPropertyAssignment(member)) return member.name;
  }
  return undefined;
}
