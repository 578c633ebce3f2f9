import { lineOf } from './definitions.js';
import { type FileFacts, functionTarget } from './function-target.js';
import { ANY_TOOL } from './generated-names.js';
import { partsOfParameter } from './request-parts.js';
import type { ToolSite } from './site.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type FunctionLike,
  isFunctionWithBody,
  isInlineFunction,
  type SourceFile,
  ts,
  walk,
} from './syntax.js';

/**
 * `server.setRequestHandler(CallToolRequestSchema, handler)` of the low-level Server, and
 * `setRequestHandler('tools/call', handler)` of SDK v2: one function that every tool runs through.
 */
export function readLowLevelServer(call: CallExpression, facts: FileFacts): ToolSite | undefined {
  const callee = call.expression;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'setRequestHandler') return undefined;
  const [schema, handler] = call.arguments;
  if (
    !schema ||
    !handler ||
    !/^(\w+\.)?CallToolRequestSchema$|^['"`]tools\/call['"`]$/.test(schema.getText())
  ) {
    return undefined;
  }
  const site = { name: ANY_TOOL, isShared: true, line: lineOf(call), family: 'setRequestHandler' } as const;
  const fn = functionOf(handler);
  const parts = fn && partsOfParameter(fn.parameters[0]);
  if (!fn || !parts?.name) {
    return {
      ...site,
      target: { kind: 'manual', reason: 'the request handler is not a function in this file' },
    };
  }
  const target = functionTarget(fn, { kind: 'mcp', hasSchema: true }, facts);
  if (target.kind === 'manual') return { ...site, target };
  const { input: _whole, ...rest } = target;
  return {
    ...site,
    nameExpression: parts.name,
    target: { ...rest, ...(parts.args ? { input: { text: parts.args } } : {}) },
  };
}

/** The function an expression stands for in this file: in place, by name, or a method of the class around it. */
export function functionOf(expression: Expression): FunctionLike | undefined {
  const node = bare(expression);
  if (isInlineFunction(node)) return node;
  if (ts.isIdentifier(node)) return declared(node.getSourceFile(), node.text);
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

function declared(file: SourceFile, name: string): FunctionLike | undefined {
  let found: FunctionLike | undefined;
  walk(file, (node) => {
    if (ts.isFunctionDeclaration(node) && node.name?.text === name && isFunctionWithBody(node))
      found ??= node;
    if (ts.isVariableDeclaration(node) && node.name.getText() === name && node.initializer) {
      const value = bare(node.initializer);
      if (isInlineFunction(value)) found ??= value;
    }
    return !found;
  });
  return found;
}
