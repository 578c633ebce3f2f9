import type { FileContext } from '../file-context.js';
import type { ToolAnnotations } from '../site.js';
import type { CallExpression, Expression } from '../syntax/syntax.js';
import { annotationsOf, keysOf, readToolObject } from '../tool-object.js';
import { callbackAmong } from './callback.js';
import { type ArgumentKind, argumentKind, configHasSchema } from './schemas.js';

/** Arguments of a registration, distinguished in the same way as by the MCP SDK. */
export interface Registration {
  /** Undefined if several arguments can be the callback. */
  readonly callback: Expression | undefined;
  readonly description: string | undefined;
  readonly annotations: ToolAnnotations | undefined;
  /** With a schema, the callback gets `(args, context)`, otherwise `(context)`. Undefined: unknown. */
  readonly hasSchema: boolean | undefined;
  /** Names of the arguments, if the schema is in this file. */
  readonly schemaKeys?: readonly string[] | undefined;
}

/** `server.tool(name, description?, schema?, annotations?, callback)`, SDK v1. */
export function readToolCall(call: CallExpression, context: FileContext): Registration | undefined {
  const { constants, values } = context;
  const [, ...rest] = call.arguments;
  if (rest.length === 0) return undefined;
  const callback = callbackAmong(rest, values);
  const middle = callback ? rest.slice(0, rest.indexOf(callback)) : rest;
  const kinds = middle.map((argument) => argumentKind(argument, values));
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
export function readRegisterToolCall(call: CallExpression, context: FileContext): Registration | undefined {
  const { constants, values } = context;
  const [, config, callback] = call.arguments;
  if (!config || !callback) return undefined;
  const object = constants.object(config);
  const tool = object && readToolObject(object, constants, SDK_SCHEMA);
  return {
    callback: callbackAmong([callback], values),
    description: tool?.description,
    annotations: tool?.annotations,
    hasSchema: configHasSchema(config, SDK_SCHEMA, values),
    schemaKeys: tool?.schemaKeys,
  };
}

const SDK_SCHEMA = ['inputSchema'];

/** A text comes first and is the description. The next object is the schema, unless it is annotations. */
function schemaAmong(kinds: readonly ArgumentKind[]): boolean | undefined {
  const [first] = kinds[0] === 'text' ? kinds.slice(1) : kinds;
  if (first === undefined || first === 'annotations') return false;
  return first === 'schema' ? true : undefined;
}
