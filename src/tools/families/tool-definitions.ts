import type { Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import type { ToolDefinition } from '../site.js';
import {
  bare,
  type ClassElement,
  type ClassLike,
  type Expression,
  hasMember,
  isFunctionWithBody,
  lineOf,
  memberName,
  type Node,
  type ObjectLiteral,
  property,
  ts,
  walk,
} from '../syntax/syntax.js';
import { handlerTarget, memberTarget } from '../targets/handler-target.js';
import { functionMember, readToolObject, saysSchema, type ToolObject } from '../tool-object.js';
import { HANDLER_MEMBERS, isToolName, SCHEMA_MEMBERS } from '../vocabulary.js';

/**
 * Members of other objects that have a name and a description: a prompt, a resource, a server, an OpenAPI parameter.
 */
const OTHER_MEMBERS = ['uri', 'uriTemplate', 'mimeType', 'messages', 'serverInfo', 'protocolVersion', 'in'];

/** A tool has at least one of these members, as well as its handler. */
const DESCRIBING_MEMBERS = ['description', 'getDescription', ...SCHEMA_MEMBERS];

/** An object or a class that describes a tool, apart from its registration. */
export const toolDefinitions: Family = {
  id: 'tool definition',
  prefilter: new RegExp(
    [
      String.raw`\b(?:inputSchema|input_schema|paramsSchema)\b|\bparameters\s*:`,
      String.raw`\bextends\s+\w{0,100}Tool(?:Base)?\b`,
      // A function alone is not a tool: the file must describe it too. It matches at most once in each file.
      String.raw`^(?=[^]*?\b(?:handler|execute)\s*[:(])(?=[^]*?\b(?:${DESCRIBING_MEMBERS.join('|')})\b)`,
    ].join('|'),
  ),
  visit: {
    object: (node, context) => asFact(fromObject(node, context)),
    class: (node, context) => asFact(fromClass(node, context)),
  },
};

function asFact(definition: ToolDefinition | undefined) {
  return definition && [{ definition }];
}

function fromObject(object: ObjectLiteral, context: FileContext): ToolDefinition | undefined {
  const { constants } = context;
  const named = property(object, 'name') ?? property(object, 'toolName');
  const name = named ? constants.text(named) : undefined;
  if (name === undefined || !named || !isToolName(name)) return undefined;
  const tool = readToolObject(object, constants);
  const { handler } = tool;
  if (OTHER_MEMBERS.some((member) => hasMember(object, member)) || isModelFunction(object)) return undefined;
  if (handler && returnsMessages(handler)) return undefined;
  const hasSchema = saysSchema(object);
  const hasDescription = hasMember(object, 'description');
  // A tool without arguments may have no schema. It counts if a neighbour in the list has one.
  const isTool = handler
    ? hasSchema || hasDescription
    : hasDescription && (hasSchema || hasToolAsNeighbour(object));
  if (!isTool) return undefined;
  // Only `inputSchema` is a word of the protocol. Objects with other schema members may not be for MCP clients.
  const target =
    hasSchema && (handler || hasMember(object, 'inputSchema')) ? memberTarget(handler, context) : undefined;
  return {
    name,
    line: lineOf(named),
    ...described(tool),
    ...memberAndHolder(object),
    ...(target ? { handler: target } : {}),
  };
}

function memberAndHolder(object: ObjectLiteral): Pick<ToolDefinition, 'member' | 'holder'> {
  const member = functionMember(object);
  const holder = holderOf(object);
  return { ...(member ? { member } : {}), ...(holder ? { holder } : {}) };
}

/** The variable that contains an object, also inside a list or as the argument of a call. */
function holderOf(object: Node): string | undefined {
  let around: Node | undefined = object.parent;
  while (around && !ts.isStatement(around) && !ts.isFunctionLike(around)) {
    if (ts.isVariableDeclaration(around)) return around.name.getText();
    around = around.parent;
  }
  return undefined;
}

/** Reads `class GetRate extends BaseTool { name = 'get_rate'; execute() {…} }`. */
function fromClass(node: ClassLike, context: FileContext): ToolDefinition | undefined {
  const { constants } = context;
  let named: Expression | undefined;
  let description: Expression | undefined;
  let method: Node | undefined;
  let hasSchema = false;
  for (const member of node.members) {
    const written = member.name && memberName(member.name as Parameters<typeof memberName>[0]);
    if (written === undefined) continue;
    if (ts.isMethodDeclaration(member) && HANDLER_MEMBERS.includes(written)) method ??= member;
    const name = withoutGet(written);
    if (SCHEMA_MEMBERS.includes(name)) hasSchema = true;
    const value = valueGiven(member);
    if ((name === 'name' || name === 'toolName') && value && constants.text(value) !== undefined)
      named = value;
    if (name === 'description') description = value ?? description;
  }
  const name = named && constants.text(named);
  if (!named || name === undefined || !isToolName(name) || !(method && description)) return undefined;
  const handler = hasSchema ? { handler: handlerTarget(method, context) } : {};
  return {
    name,
    line: lineOf(named),
    ...described({ description: constants.text(description), annotations: undefined }),
    ...handler,
  };
}

/** Returns `name` for `getName`. */
function withoutGet(name: string): string {
  return /^get[A-Z]/.test(name) ? name.charAt(3).toLowerCase() + name.slice(4) : name;
}

/** The value of a member: `name = 'x'`, `get name() { return 'x'; }` or `getName() { return 'x'; }`. */
function valueGiven(member: ClassElement): Expression | undefined {
  if (ts.isPropertyDeclaration(member)) return member.initializer;
  if (!ts.isGetAccessorDeclaration(member) && !ts.isMethodDeclaration(member)) return undefined;
  const [only, ...more] = member.body?.statements ?? [];
  return only && more.length === 0 && ts.isReturnStatement(only) ? only.expression : undefined;
}

function described({
  description,
  annotations,
}: Pick<ToolObject, 'description' | 'annotations'>): Pick<ToolDefinition, 'description' | 'annotations'> {
  return {
    ...(description === undefined ? {} : { description }),
    ...(annotations ? { annotations } : {}),
  };
}

/** Returns true if a handler returns `{ messages }` without content, so it belongs to a prompt. */
function returnsMessages(handler: Node): boolean {
  if (!isFunctionWithBody(handler)) return false;
  const isPrompt = (value: Node | undefined): boolean =>
    value !== undefined &&
    ts.isExpression(value) &&
    ts.isObjectLiteralExpression(bare(value)) &&
    hasMember(bare(value) as ObjectLiteral, 'messages') &&
    !hasMember(bare(value) as ObjectLiteral, 'content');
  let found = isPrompt(handler.body);
  walk(handler.body, (node) => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isReturnStatement(node)) found ||= isPrompt(node.expression);
    return !found;
  });
  return found;
}

/** Returns true for `{ type: 'function', function: { name, parameters } }`: a language model gets it, not MCP clients. */
function isModelFunction(object: ObjectLiteral): boolean {
  const { parent } = object;
  const kind = property(object, 'type');
  if (kind && ts.isStringLiteralLike(kind) && kind.text === 'function') return true;
  return ts.isPropertyAssignment(parent) && memberName(parent.name) === 'function';
}

function hasToolAsNeighbour(object: ObjectLiteral): boolean {
  const { parent } = object;
  if (!ts.isArrayLiteralExpression(parent)) return false;
  return parent.elements.some((one) => ts.isObjectLiteralExpression(one) && saysSchema(one));
}
