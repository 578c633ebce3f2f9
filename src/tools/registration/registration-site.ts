import type { FileContext, HandlerContext } from '../file-context.js';
import { BARE_SITE, type HandlerSite, type Target } from '../site.js';
import type { Constants } from '../syntax/constants.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type FunctionLike,
  hasDirective,
  identifiersIn,
  isFunctionWithBody,
  isInlineFunction,
  type Node,
  ts,
} from '../syntax/syntax.js';
import { type Calling, functionTarget } from '../targets/function-target.js';
import { takesItsOwn } from '../targets/parameters.js';
import { valueTarget } from '../targets/value-target.js';
import { isTypedServerName } from '../vocabulary.js';
import { namesInLoop } from './loop-names.js';
import type { Registered } from './registered.js';
import { isUntyped } from './untyped-receiver.js';

/** Turns a registration into a site. Undefined if its name shows that the call belongs to another library. */
export function siteOf(
  registered: Registered,
  call: CallExpression,
  context: FileContext,
): HandlerSite | undefined {
  const name = readName(registered.name, context.constants);
  if (!name) return undefined;
  const file = call.getSourceFile();
  return {
    ...BARE_SITE,
    ...name,
    line: file.getLineAndCharacterOfPosition(call.expression.end).line + 1,
    family: registered.family,
    ...(registered.registrar === undefined ? {} : { registrar: registered.registrar }),
    ...(registered.description === undefined ? {} : { description: registered.description }),
    ...(registered.annotations ? { annotations: registered.annotations } : {}),
    target: targetOf(registered, context),
  };
}

function readName(
  argument: Expression,
  constants: Constants,
): Pick<HandlerSite, 'name' | 'covers'> | undefined {
  const text = constants.text(argument);
  if (text !== undefined) return { name: { kind: 'literal', value: text }, covers: [] };
  const node = bare(argument);
  // With an object or a function as the first argument, this is the `tool(...)` of another library.
  if (ts.isObjectLiteralExpression(node) || isInlineFunction(node)) return undefined;
  return {
    name: {
      kind: 'expression',
      source: argument.getText(),
      label: `\${${node.getText()}}`,
      many: true,
    },
    covers: namesInLoop(node, constants),
  };
}

function targetOf(registered: Registered, context: HandlerContext): Target {
  const { handler } = registered;
  const name = bare(registered.name);
  if (!ts.isStringLiteralLike(name) && !isPure(name)) {
    return { kind: 'manual', reason: 'the name is computed, and may differ when it is read twice' };
  }
  if (!handler) return { kind: 'manual', reason: 'its handler was not found among the arguments' };
  const fn = bareHandler(handler);
  if (!isFunctionWithBody(fn) || hidesName(fn, name)) {
    return {
      ...valueTarget(handler),
      ...(registered.registrar === undefined ? {} : { withoutInput: true }),
    };
  }
  const calling = callingOf(registered, fn, context);
  // Without knowing the schema, only the runtime can distinguish `(args, context)` from `(context)`.
  if (calling.kind === 'mcp' && calling.hasSchema === undefined && isInlineFunction(fn))
    return valueTarget(handler);
  // A directive must stay first in its function, so the whole function is wrapped.
  if (isInlineFunction(fn) && hasDirective(fn)) {
    return { ...valueTarget(handler), ...(calling.kind === 'mcp' ? {} : { withoutInput: true as const }) };
  }
  return functionTarget(fn, calling, {
    ...context,
    mayAddParameters: isTypedByCall({ ...registered, handler }, context),
  });
}

function callingOf(
  { registrar, hasSchema, schemaKeys }: Registered,
  fn: FunctionLike,
  context: HandlerContext,
): Calling {
  if (registrar !== undefined) return { kind: 'helper', schemaKeys };
  if (!context.mayAddParameters && takesItsOwn(fn)) return { kind: 'own' };
  return { kind: 'mcp', hasSchema, schemaKeys };
}

/** Returns true if the name means something else inside the handler: one of its parameters, or another `this`. */
function hidesName(fn: FunctionLike, name: Expression): boolean {
  const [root = ''] = /^[\w$]+/.exec(name.getText()) ?? [];
  if (ts.isStringLiteralLike(name)) return false;
  if (/\bthis\b/.test(name.getText()) && !ts.isArrowFunction(fn)) return true;
  return fn.parameters.some((parameter) => identifiersIn(parameter.name).has(root));
}

/** A parameter may be added only if the registration gives the handler its type. */
function isTypedByCall(
  { handler, receiver = '', family }: Registered & { handler: Handler },
  context: HandlerContext,
): boolean {
  if (!context.mayAddParameters || family === 'addTool') return false;
  if (isJavaScript(handler)) return true;
  if (!ts.isMethodDeclaration(handler) && bare(handler as Expression) !== handler) return false;
  if (isUntyped(receiver, handler.getSourceFile().text)) return false;
  const ownName = receiver.split('.').at(-1) ?? '';
  return family === 'registerAppTool' || isTypedServerName(ownName);
}

function isJavaScript(node: Node): boolean {
  return /\.[cm]?jsx?$/.test(node.getSourceFile().fileName);
}

type Handler = NonNullable<Registered['handler']>;

function bareHandler(handler: Handler): Node {
  if (ts.isMethodDeclaration(handler) || ts.isFunctionDeclaration(handler)) return handler;
  const node = bare(handler as Expression);
  return isInlineFunction(node) ? node : handler;
}

/** Returns true if reading a name has no effect: identifiers, member chains, `getName()`, and templates of them. */
function isPure(name: Expression): boolean {
  const node = bare(name);
  if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) return true;
  if (ts.isPropertyAccessExpression(node)) {
    return node.expression.kind === ts.SyntaxKind.ThisKeyword || isPure(node.expression);
  }
  if (ts.isCallExpression(node)) {
    return (
      node.arguments.length === 0 &&
      /\.get(Tool)?Name$/.test(node.expression.getText()) &&
      isPure(node.expression)
    );
  }
  if (ts.isTemplateExpression(node)) return node.templateSpans.every((span) => isPure(span.expression));
  if (ts.isBinaryExpression(node)) return isPure(node.left) && isPure(node.right);
  return false;
}
