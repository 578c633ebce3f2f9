import { ANY_TOOL } from '../generated-names.js';
import type { ToolSite } from '../site.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type FunctionLike,
  type Identifier,
  identifiersIn,
  isFunctionWithBody,
  isInlineFunction,
  memberOf,
  type Node,
  type Statement,
  ts,
} from '../syntax/syntax.js';
import { type FileFacts, functionTarget } from '../targets/function-target.js';
import { partsOfParameter } from '../targets/request-parts.js';
import { lineOf } from './definitions.js';

/**
 * `server.setRequestHandler(CallToolRequestSchema, handler)` of the low-level Server, and
 * `setRequestHandler('tools/call', handler)` of SDK v2: one function that every tool runs through.
 */
export function readLowLevelServer(call: CallExpression, facts: FileFacts): ToolSite | undefined {
  if (memberOf(call.expression)?.name !== 'setRequestHandler') return undefined;
  const [schema, handler] = call.arguments;
  if (
    !schema ||
    !handler ||
    !/^(\w+\.)?CallToolRequestSchema$|^['"`]tools\/call['"`]$/.test(schema.getText())
  ) {
    return undefined;
  }
  const site = { name: ANY_TOOL, isShared: true, line: lineOf(call), family: 'setRequestHandler' } as const;
  const fn = functionOf(handler) ?? wrappedFunction(handler);
  const parts = fn && partsOfParameter(fn.parameters[0]);
  if (!fn || !parts?.name) {
    return {
      ...site,
      target: { kind: 'manual', reason: 'the request handler is not a function in this file' },
    };
  }
  // A function written elsewhere has a type of its own, and other callers.
  const inPlace = { ...facts, mayAddParameters: facts.mayAddParameters && handler === fn };
  const target = functionTarget(fn, { kind: 'mcp', hasSchema: true }, inPlace);
  if (target.kind === 'manual') return { ...site, target };
  const { input: _whole, ...rest } = target;
  return {
    ...site,
    nameExpression: parts.name,
    target: { ...rest, ...(parts.args ? { input: { text: parts.args } } : {}) },
  };
}

/** `f` in `logged('CallTool', guarded(async (request) => f))`: the one function in it that reads the request. */
function wrappedFunction(expression: Expression): FunctionLike | undefined {
  const found: FunctionLike[] = [];
  const look = (node: Expression): void => {
    const inner = bare(node);
    if (isInlineFunction(inner)) {
      if (readsRequest(inner)) found.push(inner);
    } else if (ts.isCallExpression(inner)) inner.arguments.forEach(look);
  };
  look(expression);
  return found.length === 1 ? found[0] : undefined;
}

/** Whether a function reads which tool is called from its first parameter. */
function readsRequest(fn: FunctionLike): boolean {
  const parts = partsOfParameter(fn.parameters[0]);
  if (!parts?.name || !fn.body) return false;
  const isTakenApart = !ts.isIdentifier(fn.parameters[0]?.name ?? fn);
  return isTakenApart || /\.params\b/.test(fn.body.getText());
}

/** The function an expression stands for in this file: in place, by name, or a method of the class around it. */
export function functionOf(expression: Expression): FunctionLike | undefined {
  const node = bare(expression);
  if (isInlineFunction(node)) return node;
  if (ts.isIdentifier(node)) return declared(node);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    return node.expression.name.text === 'bind' ? functionOf(node.expression.expression) : undefined;
  }
  if (!ts.isPropertyAccessExpression(node) || node.expression.kind !== ts.SyntaxKind.ThisKeyword)
    return undefined;
  let around = node.parent as typeof node.parent | undefined;
  while (around && !ts.isClassLike(around)) around = around.parent;
  const member = around?.members.find((one) => one.name?.getText() === node.name.text);
  if (member && isFunctionWithBody(member)) return member;
  return member && ts.isPropertyDeclaration(member) && member.initializer
    ? functionOf(member.initializer)
    : undefined;
}

/** The function of that name, seen from where the name is used: the nearest one, and no parameter. */
function declared(use: Identifier): FunctionLike | undefined {
  for (let around: Node | undefined = use.parent; around; around = around.parent) {
    if (ts.isFunctionLike(around)) {
      if (around.parameters.some((one) => identifiersIn(one.name).has(use.text))) return undefined;
    } else if (ts.isBlock(around) || ts.isSourceFile(around)) {
      const found = functionAmong(around.statements, use.text);
      if (found) return found;
    }
  }
  return undefined;
}

function functionAmong(statements: readonly Statement[], name: string): FunctionLike | undefined {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) {
      return isFunctionWithBody(statement) ? statement : undefined;
    }
    if (!ts.isVariableStatement(statement)) continue;
    for (const one of statement.declarationList.declarations) {
      const value = one.name.getText() === name && one.initializer ? bare(one.initializer) : undefined;
      if (value && isInlineFunction(value)) return value;
    }
  }
  return undefined;
}
