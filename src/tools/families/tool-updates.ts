import type { Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import { callbackAmong } from '../registration/callback.js';
import { readRegisterToolCall, readToolCall } from '../registration/overloads.js';
import { objectHasSchema } from '../registration/schemas.js';
import { BARE_SITE, type HandlerSite } from '../site.js';
import { calledMember } from '../syntax/called-member.js';
import { scopeOf } from '../syntax/scope.js';
import {
  bare,
  type CallExpression,
  type Expression,
  isInlineFunction,
  lineOf,
  memberOf,
  type ObjectLiteral,
  property,
  ts,
} from '../syntax/syntax.js';
import { type Calling, functionTarget } from '../targets/function-target.js';
import { valueTarget } from '../targets/value-target.js';
import { keysOf } from '../tool-object.js';
import { declarationIn } from '../values/values.js';

/** A tool that is given another function after it was registered: `weather.update({ callback })`. */
export const toolUpdates: Family = {
  id: 'tool update',
  prefilter: /\.update\(\s*\{[^}]{0,300}\bcallback\b/,
  visit: {
    call(node, context) {
      const site = readUpdate(node, context);
      return site && [{ site }];
    },
  },
};

function readUpdate(call: CallExpression, context: FileContext): HandlerSite | undefined {
  const member = memberOf(call.expression);
  const [options] = call.arguments;
  const object = options && context.constants.object(options);
  if (member?.name !== 'update' || !object) return undefined;
  const callback = property(object, 'callback');
  const registered = callback && registrationOf(member.owner, context);
  if (!callback || (!registered && !isAboutTool(member.owner, context))) return undefined;
  const site = { ...BARE_SITE, line: lineOf(callback), family: 'tool update' };
  const [named] = registered?.arguments ?? [];
  const name = named && context.constants.text(named);
  const handler = callbackAmong([callback], context.values);
  if (name === undefined || !handler) {
    const reason = 'the tool that is updated here was not found in this file';
    return { ...site, name: { kind: 'dispatched' }, target: { kind: 'manual', reason } };
  }
  const fn = bare(handler);
  // `callback` may be left out in an update, and a call around a function would take its type from that.
  const target = isInlineFunction(fn)
    ? functionTarget(fn, callingOf(object, registered, context), context)
    : valueTarget(handler);
  return { ...site, name: { kind: 'literal', value: name }, target };
}

/** With a schema, given here or at the registration, the function gets the request's context behind the arguments. */
function callingOf(
  update: ObjectLiteral,
  registered: CallExpression | undefined,
  context: FileContext,
): Calling {
  const schema = property(update, 'paramsSchema');
  if (schema) {
    return objectHasSchema(update, ['paramsSchema'], context.values) === true
      ? { kind: 'mcp', hasSchema: true, schemaKeys: keysOf(schema, context.constants) }
      : { kind: 'own' };
  }
  const method = registered && calledMember(registered.expression)?.name;
  const read = method === 'tool' ? readToolCall : readRegisterToolCall;
  const told = registered && read(registered, context);
  return told?.hasSchema === true
    ? { kind: 'mcp', hasSchema: true, schemaKeys: told.schemaKeys }
    : { kind: 'own' };
}

/** The registration that a variable holds the result of. */
function registrationOf(owner: Expression, context: FileContext): CallExpression | undefined {
  const node = bare(owner);
  if (!ts.isIdentifier(node)) return undefined;
  const scope = scopeOf(node.text, node);
  const declared = scope && declarationIn(scope, node.text);
  const value = declared && ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
  const call = value && bare(value);
  if (!call || !ts.isCallExpression(call)) return undefined;
  const member = calledMember(call.expression);
  const registers = member && /^(tool|registerTool)$/.test(member.name) && context.isServer(member.owner);
  return registers ? call : undefined;
}

/** Named `tool`, or in a file that keeps the result of a registration. */
function isAboutTool(owner: Expression, { file }: FileContext): boolean {
  return /tools?\b/i.test(owner.getText()) || KEEPS_TOOL.test(file.text);
}

/** A type for it, or a registration that is more than a statement. */
const KEEPS_TOOL = /\bRegisteredTool\b|(?:[=(,:[?]|\breturn)\s*[\w$]+(?:\.[\w$]+)*\.registerTool\(/;
