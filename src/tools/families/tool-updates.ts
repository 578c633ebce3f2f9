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

/** A registered tool that gets another handler: `weather.update({ callback })`. */
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
  // `callback` is optional in an update, so a call around the function would have the wrong type.
  const target = isInlineFunction(fn)
    ? functionTarget(fn, callingOf(object, registered, context), context)
    : valueTarget(handler);
  return { ...site, name: { kind: 'literal', value: name }, target };
}

/** With a schema in the update or the registration, the handler is called with `(args, context)`. */
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
  const known = registered && read(registered, context);
  return known?.hasSchema === true
    ? { kind: 'mcp', hasSchema: true, schemaKeys: known.schemaKeys }
    : { kind: 'own' };
}

/** The registration whose result a variable holds. */
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

/** Returns true if the name contains `tool`, or the file keeps the result of a registration. */
function isAboutTool(owner: Expression, { file }: FileContext): boolean {
  return /tools?\b/i.test(owner.getText()) || KEEPS_TOOL.test(file.text);
}

/** The SDK's type of that result, or code that uses it. */
const KEEPS_TOOL = /\bRegisteredTool\b|(?:[=(,:[?]|\breturn)\s*[\w$]+(?:\.[\w$]+)*\.registerTool\(/;
