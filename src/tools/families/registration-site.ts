import type { Target, ToolSite } from '../site.js';
import type { Constants } from '../syntax/constants.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type FunctionLike,
  identifiersIn,
  isFunctionWithBody,
  isInlineFunction,
  type Node,
  ts,
} from '../syntax/syntax.js';
import { type Calling, type FileFacts, functionTarget } from '../targets/function-target.js';
import { takesItsOwn } from '../targets/parameters.js';
import { valueTarget } from '../targets/value-target.js';
import { namesInLoop } from './loop-names.js';
import type { Registered } from './registrations.js';

/** A registration as a site; undefined where its name shows that it is another library's. */
export function siteOf(
  registered: Registered,
  call: CallExpression,
  constants: Constants,
  facts: FileFacts,
): ToolSite | undefined {
  const name = readName(registered.name, constants);
  if (!name) return undefined;
  const file = call.getSourceFile();
  return {
    ...name,
    line: file.getLineAndCharacterOfPosition(call.expression.end).line + 1,
    family: registered.family,
    ...(registered.registrar === undefined ? {} : { registrar: registered.registrar }),
    ...(registered.description === undefined ? {} : { description: registered.description }),
    ...(registered.annotations ? { annotations: registered.annotations } : {}),
    target: targetOf(registered, facts),
  };
}

function readName(
  argument: Expression,
  constants: Constants,
): Pick<ToolSite, 'name' | 'nameExpression' | 'isShared' | 'tools'> | undefined {
  const text = constants.text(argument);
  if (text !== undefined) return { name: text };
  const node = bare(argument);
  // An object or a function in the first place is another library's `tool(...)`.
  if (ts.isObjectLiteralExpression(node) || isInlineFunction(node)) return undefined;
  const source = argument.getText();
  const tools = namesInLoop(node, constants);
  const shared = { name: `\${${node.getText()}}`, nameExpression: source, isShared: true } as const;
  return tools.length > 0 ? { ...shared, tools } : shared;
}

function targetOf(registered: Registered, facts: FileFacts): Target {
  const { handler } = registered;
  const name = bare(registered.name);
  if (!ts.isStringLiteralLike(name) && !isPure(name)) {
    return { kind: 'manual', reason: 'the name is computed, and reading it twice may not give the same' };
  }
  const fn = bareHandler(handler);
  if (!isFunctionWithBody(fn) || seesAnotherName(fn, name)) {
    return {
      ...valueTarget(handler),
      ...(registered.registrar === undefined ? {} : { withoutInput: true }),
    };
  }
  const target = functionTarget(fn, callingOf(registered, fn, facts), {
    ...facts,
    mayAddParameters: isTypedByCall(registered, facts),
  });
  if (target.kind === 'manual' || !ts.isStringLiteral(name)) return target;
  return { ...target, quote: name.getText()[0] as '"' | "'" };
}

function callingOf(
  { registrar, hasSchema, schemaKeys }: Registered,
  fn: FunctionLike,
  facts: FileFacts,
): Calling {
  if (registrar !== undefined) return { kind: 'helper', schemaKeys };
  if (!facts.mayAddParameters && takesItsOwn(fn)) return { kind: 'own' };
  return { kind: 'mcp', hasSchema, schemaKeys };
}

/** Whether the name would mean something else inside the handler: a parameter of it, or another `this`. */
function seesAnotherName(fn: FunctionLike, name: Expression): boolean {
  const [root = ''] = /^[\w$]+/.exec(name.getText()) ?? [];
  if (ts.isStringLiteralLike(name)) return false;
  if (/\bthis\b/.test(name.getText()) && !ts.isArrowFunction(fn)) return true;
  return fn.parameters.some((parameter) => identifiersIn(parameter.name).has(root));
}

/** A parameter may be added only where the registration itself gives the handler its type. */
function isTypedByCall({ handler, receiver = '', family }: Registered, facts: FileFacts): boolean {
  if (!facts.mayAddParameters || family === 'addTool') return false;
  if (isJavaScript(handler)) return true;
  if (!ts.isMethodDeclaration(handler) && bare(handler as Expression) !== handler) return false;
  if (/\bas\b|<any>/.test(receiver)) return false;
  const own = receiver.split('.').at(-1) ?? '';
  const isAny = new RegExp(`\\b${own.replace(/\W/g, '')}\\??\\s*:\\s*any\\b`).test(
    handler.getSourceFile().text,
  );
  return !isAny && (family === 'registerAppTool' || /(server|srv|mcp)(\(\))?!?$/i.test(own));
}

function isJavaScript(node: Node): boolean {
  return /\.[cm]?jsx?$/.test(node.getSourceFile().fileName);
}

function bareHandler(handler: Registered['handler']): Node {
  if (ts.isMethodDeclaration(handler) || ts.isFunctionDeclaration(handler)) return handler;
  const node = bare(handler as Expression);
  return isInlineFunction(node) ? node : handler;
}

/** Identifiers, member chains, `getName()` and templates of them: reading such a name has no effect. */
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
