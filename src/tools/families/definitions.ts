import type { FunctionTarget, ManualTarget, ToolDefinition } from '../site.js';
import type { Constants } from '../syntax/constants.js';
import {
  bare,
  type ClassElement,
  type ClassLike,
  type Expression,
  isFunctionWithBody,
  isInlineFunction,
  memberName,
  type Node,
  type ObjectLiteral,
  property,
  ts,
  walk,
} from '../syntax/syntax.js';
import { type FileFacts, functionTarget } from '../targets/function-target.js';
import { valueTarget } from '../targets/value-target.js';
import { annotationsOf } from './overloads.js';
import { functionIn, HANDLER_MEMBERS, SCHEMA_MEMBERS } from './registrations.js';

/** Members that tell another thing with a name and a description: a prompt, a resource, a server, a parameter in OpenAPI. */
const OTHER_MEMBERS = ['uri', 'uriTemplate', 'mimeType', 'messages', 'serverInfo', 'protocolVersion', 'in'];

/** A tool's description apart from its registration: an object, or a class, with its name in it. */
export function readDefinition(
  node: Node,
  constants: Constants,
  facts: FileFacts,
): ToolDefinition | undefined {
  if (ts.isObjectLiteralExpression(node)) return fromObject(node, constants, facts);
  return ts.isClassLike(node) ? fromClass(node, constants, facts) : undefined;
}

function fromObject(
  object: ObjectLiteral,
  constants: Constants,
  facts: FileFacts,
): ToolDefinition | undefined {
  const named = property(object, 'name') ?? property(object, 'toolName');
  const name = named ? constants.text(named) : undefined;
  if (name === undefined || !named || !isToolName(name)) return undefined;
  if (OTHER_MEMBERS.some((member) => hasMember(object, member)) || isModelFunction(object)) return undefined;
  const handler = functionIn(object);
  if (handler && givesMessages(handler)) return undefined;
  const hasSchema = SCHEMA_MEMBERS.some((member) => hasMember(object, member));
  const hasDescription = hasMember(object, 'description');
  // A tool without arguments may have no schema: then its neighbours in the list tell what it is.
  const isTool = handler
    ? hasSchema || hasDescription
    : hasDescription && (hasSchema || hasToolBeside(object));
  if (!isTool) return undefined;
  // `inputSchema` is the protocol's own word: what else is described so need not be for MCP clients.
  const target =
    hasSchema && (handler || hasMember(object, 'inputSchema')) ? memberTarget(handler, facts) : undefined;
  return {
    name,
    line: lineOf(named),
    ...described(property(object, 'description'), property(object, 'annotations'), constants),
    ...(target ? { handler: target } : {}),
  };
}

/** What a definition says of the tool's function, which only its own project knows how to call. */
export function handlerTarget(handler: Node | undefined, facts: FileFacts): FunctionTarget | ManualTarget {
  if (!handler) return { kind: 'manual', reason: 'what carries it out was not found' };
  if (!isFunctionWithBody(handler)) return { kind: 'manual', reason: 'its function is written elsewhere' };
  return functionTarget(handler, { kind: 'own' }, facts);
}

/** The same of the member that holds the function: what stands for one there can be traced as a whole. */
function memberTarget(member: Node | undefined, facts: FileFacts): ToolDefinition['handler'] {
  if (!member || !standsForFunction(member)) return handlerTarget(member, facts);
  return { ...valueTarget(member), withoutInput: true };
}

/** A name for a function, or a call that is given one: `guarded(async (args) => …)`. */
function standsForFunction(node: Node): boolean {
  if (ts.isIdentifier(node)) return true;
  return ts.isCallExpression(node) && node.arguments.some((argument) => isInlineFunction(bare(argument)));
}

/** `class GetRate extends BaseTool { name = 'get_rate'; execute() {…} }` */
function fromClass(node: ClassLike, constants: Constants, facts: FileFacts): ToolDefinition | undefined {
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
  const handler = hasSchema ? { handler: handlerTarget(method, facts) } : {};
  return { name, line: lineOf(named), ...described(description, undefined, constants), ...handler };
}

/** `name` for `getName`. */
function withoutGet(name: string): string {
  return /^get[A-Z]/.test(name) ? name.charAt(3).toLowerCase() + name.slice(4) : name;
}

/** What a member is: `name = 'x'`, `get name() { return 'x'; }` and `getName() { return 'x'; }`. */
function valueGiven(member: ClassElement): Expression | undefined {
  if (ts.isPropertyDeclaration(member)) return member.initializer;
  if (!ts.isGetAccessorDeclaration(member) && !ts.isMethodDeclaration(member)) return undefined;
  const [only, ...more] = member.body?.statements ?? [];
  return only && more.length === 0 && ts.isReturnStatement(only) ? only.expression : undefined;
}

function described(
  description: Expression | undefined,
  annotations: Expression | undefined,
  constants: Constants,
): Pick<ToolDefinition, 'description' | 'annotations'> {
  const text = description && constants.text(description);
  const hints = annotations && annotationsOf(constants.object(annotations));
  return { ...(text === undefined ? {} : { description: text }), ...(hints ? { annotations: hints } : {}) };
}

/** What gives `{ messages }` and no content is a prompt. */
function givesMessages(handler: Node): boolean {
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

/** Names of MCP tools: 1 to 128 of these characters (MCP specification 2025-11-25, server/tools). */
export function isToolName(name: string): boolean {
  return /^[A-Za-z0-9_./-]{1,128}$/.test(name);
}

/** `{ type: 'function', function: { name, parameters } }` is for a language model, not for an MCP client. */
function isModelFunction(object: ObjectLiteral): boolean {
  const { parent } = object;
  const kind = property(object, 'type');
  if (kind && ts.isStringLiteralLike(kind) && kind.text === 'function') return true;
  return ts.isPropertyAssignment(parent) && memberName(parent.name) === 'function';
}

function hasToolBeside(object: ObjectLiteral): boolean {
  const { parent } = object;
  if (!ts.isArrayLiteralExpression(parent)) return false;
  return parent.elements.some(
    (one) => ts.isObjectLiteralExpression(one) && SCHEMA_MEMBERS.some((member) => hasMember(one, member)),
  );
}

function hasMember(object: ObjectLiteral, wanted: string): boolean {
  return object.properties.some((member) => member.name && memberName(member.name) === wanted);
}

export function lineOf(node: Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
}
