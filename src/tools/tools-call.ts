import type { Constants } from './constants.js';
import { alwaysReturns } from './control-flow.js';
import { lineOf } from './definitions.js';
import { blockTarget, expressionTarget } from './expression-target.js';
import { ANY_TOOL } from './generated-names.js';
import { functionOf } from './low-level-server.js';
import { branchSites } from './name-branches.js';
import { ARGUMENT_NAME } from './parameters.js';
import { isPath, partsIn, type RequestParts } from './request-parts.js';
import { isInScope } from './scope.js';
import type { NamedPlace, Target, ToolSite } from './site.js';
import {
  bare,
  type CallExpression,
  type Expression,
  isInlineFunction,
  memberName,
  type Node,
  type ObjectLiteral,
  type SourceFile,
  ts,
  walk,
  walkFrom,
} from './syntax.js';

/** Where a server that speaks JSON-RPC by itself handles the MCP method `tools/call`. */
interface Region {
  readonly at: Node;
  readonly nodes: readonly Node[];
  /** The block whose end is the region's end, where it is one. */
  readonly block?: Node;
}

/** The sites of a hand-rolled `tools/call`: an arm for each tool, or the one call that all go through. */
export function readToolsCall(node: Node, constants: Constants): ToolSite[] {
  const region = regionOf(node);
  if (!region) return [];
  const parts = partsIn(region.nodes);
  const branches = branchSites(region.nodes, parts, constants);
  if (branches) return branches;
  const target = sharedTarget(region, parts);
  const names = [...mapKeys(region, parts), ...calledNames(region, parts, constants)];
  const site = { name: ANY_TOOL, isShared: true, line: lineOf(region.at), family: 'tools/call' } as const;
  return [{ ...site, target, ...(names.length > 0 ? { tools: names } : {}) }];
}

/** The keys of an object that the tool's name is looked up in: `HANDLERS[name]`. */
function mapKeys(region: Region, parts: RequestParts): NamedPlace[] {
  const keys: NamedPlace[] = [];
  const look = (node: Node): boolean => {
    if (!ts.isElementAccessExpression(node) || node.argumentExpression.getText() !== parts.name) return true;
    const object = ts.isIdentifier(node.expression)
      ? objectNamed(node.getSourceFile(), node.expression.text)
      : undefined;
    for (const member of object?.properties ?? []) {
      const name = member.name && memberName(member.name);
      if (name !== undefined && !keys.some((key) => key.name === name))
        keys.push({ name, line: lineOf(member) });
    }
    return true;
  };
  for (const node of region.nodes) walk(node, look);
  return keys;
}

/** The names that the function called for a tool tells apart in this file: `switch (name)` further down. */
function calledNames(region: Region, parts: RequestParts, constants: Constants): NamedPlace[] {
  return workCalls(region.nodes, parts).flatMap((call) => {
    const fn = functionOf(call.expression);
    if (!fn?.body) return [];
    const sites = branchSites([fn.body], partsIn([fn.body]), constants) ?? [];
    return sites.map(({ name, line }) => ({ name, line }));
  });
}

function objectNamed(file: SourceFile, name: string): ObjectLiteral | undefined {
  let found: ObjectLiteral | undefined;
  walk(file, (node) => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === name && node.initializer) {
      const value = bare(node.initializer);
      if (ts.isObjectLiteralExpression(value)) found ??= value;
    }
    return !found;
  });
  return found;
}

function regionOf(node: Node): Region | undefined {
  if (ts.isCaseClause(node) && isToolsCall(node.expression) && node.statements.length > 0) {
    const [only, ...more] = node.statements;
    const isBlock = only && more.length === 0 && ts.isBlock(only);
    return { at: node, nodes: node.statements, ...(isBlock ? { block: only } : {}) };
  }
  if (ts.isIfStatement(node) && comparesToolsCall(node.expression)) {
    const { thenStatement } = node;
    return {
      at: node,
      nodes: [thenStatement],
      ...(ts.isBlock(thenStatement) ? { block: thenStatement } : {}),
    };
  }
  if (ts.isPropertyAssignment(node) && memberName(node.name) === 'tools/call')
    return functionRegion(node.initializer);
  if (ts.isMethodDeclaration(node) && memberName(node.name) === 'tools/call' && node.body) {
    return { at: node, nodes: [node.body], block: node.body };
  }
  if (ts.isCallExpression(node) && node.arguments.length >= 2 && isToolsCall(node.arguments[0] as Node)) {
    const isSdk = node.expression.getText().endsWith('.setRequestHandler');
    return isSdk ? undefined : functionRegion(node.arguments[1] as Expression);
  }
  return undefined;
}

function functionRegion(expression: Expression): Region | undefined {
  const fn = bare(expression);
  if (!isInlineFunction(fn)) return undefined;
  return { at: fn, nodes: [fn.body], ...(ts.isBlock(fn.body) ? { block: fn.body } : {}) };
}

function isToolsCall(node: Node): boolean {
  return ts.isStringLiteralLike(node) && node.text === 'tools/call';
}

function comparesToolsCall(condition: Expression): boolean {
  const isAnd =
    ts.isBinaryExpression(condition) &&
    condition.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  if (isAnd) return comparesToolsCall(condition.left) || comparesToolsCall(condition.right);
  return (
    ts.isBinaryExpression(condition) &&
    (condition.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
      condition.operatorToken.kind === ts.SyntaxKind.EqualsEqualsToken) &&
    (isToolsCall(condition.right) || isToolsCall(condition.left))
  );
}

function sharedTarget(region: Region, parts: RequestParts): Target {
  const calls = workCalls(region.nodes, parts);
  const [call, ...others] = calls;
  const request = call && requestFor(call, parts);
  if (call && others.length === 0 && request) return expressionTarget(chainOf(call), { request });
  const { block } = region;
  if (block && ts.isBlock(block) && parts.whole && alwaysReturns(block)) {
    return blockTarget(block, { request: parts.whole });
  }
  const reason =
    others.length > 0
      ? 'several calls here could be the tool’s'
      : 'what carries the tool out was not found here';
  return { kind: 'manual', reason };
}

/** Source of the request, or of an object in its shape, for `fromToolCall`. */
function requestFor(call: CallExpression, parts: RequestParts): string | undefined {
  const { name, args, whole } = parts;
  if (name && args && isInScope(name, call) && isInScope(args, call))
    return `{ name: ${name}, arguments: ${args} }`;
  return whole && isInScope(whole, call) ? whole : requestAmong(call);
}

/** Calls that are given the tool's arguments or the whole request, and are no checks, logs or replies. */
function workCalls(region: readonly Node[], parts: RequestParts): CallExpression[] {
  const calls: CallExpression[] = [];
  const look = (node: Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (!ts.isCallExpression(node) || isAside(node.expression)) return true;
    if (!node.arguments.some((argument) => isArguments(argument, parts))) return true;
    // What nobody waits for the value of is no tool's work.
    if (ts.isExpressionStatement(ts.isAwaitExpression(node.parent) ? node.parent.parent : node.parent))
      return true;
    calls.push(node);
    return false;
  };
  for (const node of region) walkFrom(node, look);
  return calls;
}

const ASIDE =
  /^(console|JSON|Object|Array|String|Number|Math|z|log|logger)\b|(^|\.)(parse|safeParse|log|info|warn|error|debug|push|set|has|get|find|some|includes|reply|respond|send|write|json|text|ok|fail)$|^(is|has|assert|validate|check|require|log|track|audit|authorize|allow|can|consume|limit|rateLimit|emit|price|cost|timeout|tool(Timeout|Cost|Price)|jsonRpc|rpc|sse|make|create\w*(Error|Response|Result|Message))[A-Z]?\w*$|(Error|Response|Result|Reply)$/;

function isAside(callee: Expression): boolean {
  return ASIDE.test(callee.getText().replace(/^this\./, ''));
}

const WHOLE =
  /^(this\.)?(params|request|req|message|msg|rpc|call|(mcp|rpc|json_?rpc)_?(request|message|body|params)|body|payload)(\.params)?$/i;

function isArguments(argument: Expression, parts: RequestParts): boolean {
  const node = bare(argument);
  const text = node.getText();
  if (text === parts.args || text === parts.whole) return true;
  if (isPath(node) && WHOLE.test(text.replaceAll('?.', '.'))) return true;
  if (/\bparams\b\??\.arguments\b/.test(text)) return true;
  return ts.isIdentifier(node) && parts.args === undefined && ARGUMENT_NAME.test(node.text);
}

function requestAmong(call: CallExpression): string | undefined {
  for (const argument of call.arguments) {
    const text = bare(argument).getText();
    if (isPath(argument) && WHOLE.test(text.replaceAll('?.', '.'))) return text;
    const [, request] = /^([\w.]+?)\??\.params\b\??\.arguments\b/.exec(text) ?? [];
    if (request) return request;
    const [, params] = /\b(params)\b\??\.arguments\b/.exec(text) ?? [];
    if (params) return params;
  }
  return undefined;
}

/** `f(x).then(g)` is one piece of work. */
function chainOf(call: Node): Node {
  const access = call.parent;
  if (
    ts.isPropertyAccessExpression(access) &&
    access.expression === call &&
    ts.isCallExpression(access.parent)
  ) {
    return chainOf(access.parent);
  }
  return call;
}
