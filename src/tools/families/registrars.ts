import type { Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import type { Registered } from '../registration/registered.js';
import { siteOf } from '../registration/registration-site.js';
import type { Constants } from '../syntax/constants.js';
import {
  bare,
  type CallExpression,
  type Expression,
  isInlineFunction,
  property,
  ts,
} from '../syntax/syntax.js';
import { functionIn, readToolObject } from '../tool-object.js';

/** Calls of registrars that a person configured. */
export const registrars: Family = {
  id: 'registrar',
  appliesTo: (context) => context.registrars.length > 0,
  visit: {
    call(node, context) {
      const registered = readRegistrar(node, context);
      const site = registered && siteOf(registered, node, context);
      return site && [{ site }];
    },
  },
};

/**
 * Reads a call of a configured registrar. Undefined if the call has no name or no handler.
 */
function readRegistrar(call: CallExpression, { registrars, constants }: FileContext): Registered | undefined {
  const registrar = lastName(call.expression);
  if (registrar === undefined || !registrars.includes(registrar)) return undefined;
  if (call.arguments.some(ts.isSpreadElement)) return undefined;
  const named = nameAmong(call, constants);
  const handler = named && handlerAmong(call.arguments.slice(named.index), constants);
  if (!named || !handler) return undefined;
  const further = call.arguments.slice(named.index).map((one) => constants.object(one));
  const options = further.filter((one) => one !== undefined);
  const texts = call.arguments.slice(named.index + 1).map((one) => constants.text(one));
  const objects = options.map((one) => readToolObject(one, constants));
  const description = objects.find((one) => one.description !== undefined)?.description;
  return {
    family: 'registrar',
    registrar,
    name: named.name,
    handler,
    hasSchema: undefined,
    schemaKeys: objects.find((one) => one.hasSchema)?.schemaKeys,
    description: description ?? texts.find((text) => text?.includes(' ')),
    annotations: objects.find((one) => one.annotations)?.annotations,
  };
}

/** Returns `accountTool` for `accountTool(…)`, `context.accountTool(…)` and `this.#accountTool(…)`. */
function lastName(callee: Expression): string | undefined {
  if (ts.isIdentifier(callee)) return callee.text;
  return ts.isPropertyAccessExpression(callee) ? callee.name.text.replace(/^#/, '') : undefined;
}

/** The tool's name: the first argument, the second one (after a server), or a member of one of them. */
function nameAmong(
  call: CallExpression,
  constants: Constants,
): { name: Expression; index: number } | undefined {
  for (const [index, argument] of call.arguments.slice(0, 2).entries()) {
    const text = constants.text(argument);
    if (text === undefined ? isNameLike(argument) : !/\s|^$/.test(text)) return { name: argument, index };
    const object = constants.object(argument);
    const name = object && property(object, 'name');
    if (name) return { name, index };
  }
  return undefined;
}

/** Returns true for an expression that may be a name: a template, `tool.name`, `LIST_NOTES`, `Tools.List`. */
function isNameLike(argument: Expression): boolean {
  const node = bare(argument);
  if (ts.isTemplateExpression(node)) return true;
  if (ts.isBinaryExpression(node)) return node.operatorToken.kind === ts.SyntaxKind.PlusToken;
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return false;
  return /(^|[a-z_.])name$/i.test(node.getText()) || /^[A-Z][\w$]*\.|^[A-Z][A-Z0-9_$]*$/.test(node.getText());
}

/** The handler: the last function in place, or a member of an object, or the function that the last argument names. */
function handlerAmong(args: readonly Expression[], constants: Constants): Registered['handler'] | undefined {
  const inline = args.findLast((argument) => isInlineFunction(bare(argument)));
  if (inline) return inline;
  for (const argument of args) {
    const object = constants.object(argument);
    const member = object && functionIn(object);
    if (member) return member;
  }
  const last = args.length > 1 ? args.at(-1) : undefined;
  return last && namesFunction(last, constants) ? last : undefined;
}

/** Names that are not a handler's: `zoneSchema`. `getSchema` may be one. */
const NO_FUNCTION =
  /^(?!(get|set|list|read|find|fetch|load|create|update|delete|remove|rename|describe|validate|handle|run)[A-Z_])\w{0,100}(config|options?|opts|schema|shape|description|annotations?|params|args|metadata|hints|settings)$/i;

function namesFunction(argument: Expression, constants: Constants): boolean {
  const node = bare(argument);
  if (constants.text(node) !== undefined || constants.object(node) || constants.array(node)) return false;
  // `guarded(list)` and `this.guarded(list)` may return a function. `z.object(…)` returns a schema.
  const named = ts.isCallExpression(node) ? node.expression : node;
  const isOwnCall = ts.isIdentifier(named) || /^this\.[^.]+$/.test(named.getText());
  if (ts.isCallExpression(node) && (!isOwnCall || node.arguments.length === 0)) return false;
  const name = lastName(named);
  return name !== undefined && name !== 'undefined' && !NO_FUNCTION.test(name);
}
