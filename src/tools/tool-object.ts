import type { ToolAnnotations } from './site.js';
import type { Constants } from './syntax/constants.js';
import {
  bare,
  type Expression,
  type FunctionLike,
  hasMember,
  isFunctionWithBody,
  memberName,
  type ObjectLiteral,
  property,
  ts,
} from './syntax/syntax.js';
import { HANDLER_MEMBERS, SCHEMA_MEMBERS } from './vocabulary.js';

/** Fields of a tool object: `{ name, description, annotations, inputSchema, handler }`. */
export interface ToolObject {
  readonly name: Expression | undefined;
  readonly description: string | undefined;
  readonly annotations: ToolAnnotations | undefined;
  /** The member with the handler: a method, a function, or a reference to one. */
  readonly handler: FunctionLike | Expression | undefined;
  /** True if it has a schema for arguments. Undefined if a spread may contain one. */
  readonly hasSchema: boolean | undefined;
  /** Names of the arguments, if the schema is in this file. */
  readonly schemaKeys: readonly string[] | undefined;
}

/**
 * Reads the fields of an object that describes a tool.
 * @param schemas members that count as the schema
 */
export function readToolObject(
  object: ObjectLiteral,
  constants: Constants,
  schemas: readonly string[] = SCHEMA_MEMBERS,
): ToolObject {
  const description = property(object, 'description');
  const annotations = property(object, 'annotations');
  const values = schemas.map((member) => property(object, member));
  const schema = values.find((value) => value !== undefined);
  const isOpen = object.properties.some(ts.isSpreadAssignment);
  return {
    name: property(object, 'name') ?? property(object, 'toolName'),
    description: description && constants.text(description),
    annotations: annotations && annotationsOf(constants.object(annotations)),
    handler: functionIn(object),
    hasSchema: schema !== undefined || (isOpen ? undefined : false),
    schemaKeys: keysOf(schema, constants),
  };
}

/** ToolAnnotations of the MCP specification (2025-11-25). */
const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;
const ANNOTATION_KEYS: ReadonlySet<string> = new Set(['title', ...HINTS]);

/** Returns true if an object contains only hints, so it is not a schema. */
export function isAnnotations(object: ObjectLiteral): boolean {
  const keys = object.properties.map((member) => member.name && memberName(member.name));
  return keys.length > 0 && keys.every((key) => key && ANNOTATION_KEYS.has(key));
}

export function annotationsOf(object: ObjectLiteral | undefined): ToolAnnotations | undefined {
  if (!object) return undefined;
  const hints: Record<string, boolean> = {};
  for (const name of HINTS) {
    const kind = property(object, name)?.kind;
    if (kind === ts.SyntaxKind.TrueKeyword) hints[name] = true;
    if (kind === ts.SyntaxKind.FalseKeyword) hints[name] = false;
  }
  return hints;
}

/** Returns `a` and `b` of `{ a: z.number(), b: z.number() }` or `z.object({ … })`. Undefined if it contains a spread. */
export function keysOf(schema: Expression | undefined, constants: Constants): string[] | undefined {
  if (!schema) return undefined;
  const node = bare(schema);
  const isZodObject =
    ts.isCallExpression(node) && /^z\.(strict|loose)?[oO]bject$/.test(node.expression.getText());
  const object = constants.object(isZodObject ? (node.arguments[0] ?? node) : node);
  if (!object) return undefined;
  const keys = object.properties.map((member) => member.name && memberName(member.name));
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/** Returns true if an object has a member for a schema, in any form. */
export function saysSchema(object: ObjectLiteral): boolean {
  return SCHEMA_MEMBERS.some((member) => hasMember(object, member));
}

export function functionIn(object: ObjectLiteral): FunctionLike | Expression | undefined {
  for (const wanted of HANDLER_MEMBERS) {
    const found = memberIn(object, wanted);
    if (found) return found;
  }
  return undefined;
}

/** The name of the member with the handler. */
export function functionMember(object: ObjectLiteral): string | undefined {
  return HANDLER_MEMBERS.find((wanted) => memberIn(object, wanted) !== undefined);
}

export function memberIn(object: ObjectLiteral, wanted: string): FunctionLike | Expression | undefined {
  for (const member of object.properties) {
    if (!member.name || memberName(member.name) !== wanted) continue;
    if (ts.isMethodDeclaration(member) && isFunctionWithBody(member)) return member;
    if (ts.isPropertyAssignment(member)) return bare(member.initializer);
    if (ts.isShorthandPropertyAssignment(member)) return member.name;
  }
  return undefined;
}
