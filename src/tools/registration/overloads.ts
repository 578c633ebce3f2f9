import type { ToolAnnotations } from '../site.js';
import type { Constants } from '../syntax/constants.js';
import { bare, type CallExpression, type Expression, isInlineFunction, ts } from '../syntax/syntax.js';
import { annotationsOf, isAnnotations, keysOf, readToolObject } from '../tool-object.js';

/** A registration's arguments, told apart as the MCP SDK tells them apart at run time. */
export interface Registration {
  readonly callback: Expression;
  readonly description: string | undefined;
  readonly annotations: ToolAnnotations | undefined;
  /** Whether the callback gets `(args, context)`; with no schema it gets `(context)`. undefined: unknown. */
  readonly hasSchema: boolean | undefined;
  /** Names of the arguments, where the schema is written out in this file. */
  readonly schemaKeys?: readonly string[] | undefined;
}

/** `server.tool(name, description?, schema?, annotations?, callback)`, SDK v1. */
export function readToolCall(call: CallExpression, constants: Constants): Registration | undefined {
  const [, ...rest] = call.arguments;
  if (rest.length === 0) return undefined;
  // The SDK takes the first argument left over as the callback, so further ones are legal.
  const inline = rest.findIndex((argument) => isInlineFunction(bare(argument)));
  const callback = rest[inline === -1 ? rest.length - 1 : inline] as Expression;
  const middle = rest.slice(0, rest.indexOf(callback));
  const kinds = middle.map((argument) => kindOf(argument, constants));
  const annotations = middle.find((_, index) => kinds[index] === 'annotations');
  return {
    callback,
    description: middle[0] && constants.text(middle[0]),
    annotations: annotations && annotationsOf(constants.object(annotations)),
    hasSchema: schemaAmong(kinds),
    schemaKeys: keysOf(middle[kinds.indexOf('schema')], constants),
  };
}

/** `server.registerTool(name, config, callback)`, SDK v1 and v2. */
export function readRegisterToolCall(call: CallExpression, constants: Constants): Registration | undefined {
  const [, config, callback] = call.arguments;
  if (!config || !callback) return undefined;
  const object = constants.object(config);
  const told = object && readToolObject(object, constants, ['inputSchema']);
  return {
    callback,
    description: told?.description,
    annotations: told?.annotations,
    hasSchema: told?.hasSchema,
    schemaKeys: told?.schemaKeys,
  };
}

type ArgumentKind = 'text' | 'schema' | 'annotations' | 'unknown';

function kindOf(argument: Expression, constants: Constants): ArgumentKind {
  const node = bare(argument);
  if (constants.text(node) !== undefined || ts.isTemplateExpression(node)) return 'text';
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) return 'text';
  const object = constants.object(node);
  if (object) {
    return isAnnotations(object) ? 'annotations' : 'schema';
  }
  const words = node.getText();
  if (/\.(join|replace|trim|concat)\(/.test(words) || /desc(ription)?$/i.test(words)) return 'text';
  if (/annotations?$/i.test(words)) return 'annotations';
  if (/(schema|shape|params|args|input)$/i.test(words)) return 'schema';
  return 'unknown';
}

function schemaAmong(kinds: readonly ArgumentKind[]): boolean | undefined {
  if (kinds.includes('schema')) return true;
  if (!kinds.includes('unknown')) return false;
  // (name, ?, cb) may be a description or a schema; (name, description, ?, cb) is a schema.
  return kinds.length === 1 ? undefined : kinds.at(-1) === 'unknown' || kinds.length > 2;
}
