import type { Constants } from './constants.js';
import { alwaysLeaves, alwaysReturns } from './control-flow.js';
import { lineOf } from './definitions.js';
import { blockTarget, expressionTarget } from './expression-target.js';
import { ANY_TOOL } from './generated-names.js';
import { functionOf } from './low-level-server.js';
import { type Branches, readBranches } from './name-branches.js';
import { ARGUMENT_NAME } from './parameters.js';
import { chainText, isPath, partsIn, partsOfParams, type RequestParts } from './request-parts.js';
import { isInScope } from './scope.js';
import type { NamedPlace, Target, ToolSite } from './site.js';
import {
  type Block,
  bare,
  type CallExpression,
  type CaseClause,
  type Expression,
  type IfStatement,
  memberName,
  type Node,
  type ObjectLiteral,
  type SourceFile,
  type Statement,
  type SyntaxKind,
  ts,
  walk,
  walkFrom,
} from './syntax.js';

/** Text of files that a hand-rolled `tools/call` can be in. */
export const SAYS_TOOLS_CALL = /tools\/call|\.(?:tools_?call|call_?tool)\b/i;

/** Where a server that speaks JSON-RPC by itself handles the MCP method `tools/call`. */
interface Region {
  readonly at: Node;
  readonly nodes: readonly Node[];
  /** The block whose end is the region's end, where it is one. */
  readonly block?: Node;
  /** What the parameter of the function that the region is gives. */
  readonly parts?: RequestParts;
  /** All that follows `if (method !== 'tools/call') return`. */
  readonly isRest?: true;
}

/** The sites of a hand-rolled `tools/call`: an arm for each tool, or the one call that all go through. */
export function readToolsCall(node: Node, constants: Constants): ToolSite[] {
  const region = regionOf(node, constants);
  if (!region) return [];
  const parts = { ...region.parts, ...partsIn(region.nodes) };
  const calls = workCalls(region.nodes, parts);
  const branches = readBranches(region.nodes, parts, constants);
  // What stands behind a test for other methods need not be about tools.
  const isNamed = parts.name !== undefined || parts.args !== undefined;
  if (!branches && region.isRest && !isNamed && !calls.some(carriesOut)) return [];
  if (branches) return [...branches.sites, ...handedOn(branches, calls, { parts, constants })];
  const target = sharedTarget(region, calls, parts);
  const names = [...mapKeys(region, parts), ...calledNames(calls, constants)];
  return [sharedAt(region.at, target, names)];
}

function sharedAt(at: Node, target: Target, names: readonly NamedPlace[]): ToolSite {
  const site = { name: ANY_TOOL, isShared: true, line: lineOf(at), family: 'tools/call', target } as const;
  return names.length > 0 ? { ...site, tools: names } : site;
}

/** Calls behind the arms, or in the `default` of a `switch`, that carry out the tools which no arm names. */
function handedOn(
  { sites, allReturn }: Branches,
  calls: readonly CallExpression[],
  { parts, constants }: { readonly parts: RequestParts; readonly constants: Constants },
): ToolSite[] {
  const ends = sites.flatMap(({ target }) => (target.kind === 'manual' ? [] : [target.body.end]));
  const behind = calls.filter(
    (call) => ends.every((end) => call.getStart() >= end) && (allReturn || isInDefault(call)),
  );
  const blocks = behind.map(blockAround);
  return behind.flatMap((call, index) => {
    const request = requestFor(call, parts);
    // Of two in a row the first would be a check, or both are needed.
    const isAlone = blocks.every((block, at) => at === index || (block && block !== blocks[index]));
    const isLast = index === behind.length - 1;
    const block = blocks[index];
    if (!request || !isAlone || !(isLast || (block && alwaysReturns(block)))) return [];
    return [sharedAt(call, expressionTarget(chainOf(call), { request }), calledNames([call], constants))];
  });
}

function isInDefault(node: Node): boolean {
  let around: Node | undefined = node;
  while (around && !ts.isFunctionLike(around) && !ts.isDefaultClause(around)) around = around.parent;
  return around !== undefined && ts.isDefaultClause(around);
}

function blockAround(node: Node): Block | undefined {
  let around: Node | undefined = node.parent;
  while (around && !ts.isBlock(around)) around = around.parent;
  return around;
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
function calledNames(calls: readonly CallExpression[], constants: Constants): NamedPlace[] {
  return calls.flatMap((call) => {
    const fn = functionOf(call.expression);
    if (!fn?.body) return [];
    const { sites = [] } = readBranches([fn.body], partsIn([fn.body]), constants) ?? {};
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

function regionOf(node: Node, constants: Constants): Region | undefined {
  if (ts.isCaseClause(node) && isCaseOf(node, constants) && node.statements.length > 0) {
    const [only, ...more] = node.statements;
    const isBlock = only && more.length === 0 && ts.isBlock(only);
    return { at: node, nodes: node.statements, ...(isBlock ? { block: only } : {}) };
  }
  if (ts.isIfStatement(node)) return ifRegion(node, constants);
  if (ts.isConditionalExpression(node)) {
    const isCall = comparesToolsCall(node.condition, IS, constants);
    return isCall ? { at: node, nodes: [node.whenTrue] } : undefined;
  }
  if (ts.isPropertyAssignment(node) && memberName(node.name) === 'tools/call')
    return functionRegion(node.initializer);
  if (ts.isMethodDeclaration(node) && memberName(node.name) === 'tools/call' && node.body) {
    return { at: node, nodes: [node.body], block: node.body };
  }
  if (
    ts.isCallExpression(node) &&
    node.arguments.length >= 2 &&
    isToolsCall(node.arguments[0] as Expression, constants)
  ) {
    const isSdk = node.expression.getText().endsWith('.setRequestHandler');
    return isSdk ? undefined : functionRegion(node.arguments[1] as Expression);
  }
  return undefined;
}

function ifRegion(node: IfStatement, constants: Constants): Region | undefined {
  const { expression, thenStatement, elseStatement } = node;
  if (comparesToolsCall(expression, IS, constants)) {
    return statementRegion(node, thenStatement);
  }
  if (!comparesToolsCall(expression, IS_NOT, constants)) return undefined;
  if (elseStatement) return statementRegion(node, elseStatement);
  if (!alwaysLeaves(thenStatement) || !ts.isBlock(node.parent)) return undefined;
  const { statements } = node.parent;
  const nodes = statements.slice(statements.indexOf(node) + 1);
  // A second test says more closely where it is.
  return nodes.some((one) => one.getText().includes('tools/call'))
    ? undefined
    : { at: node, nodes, isRest: true };
}

function statementRegion(at: Node, statement: Statement): Region {
  return { at, nodes: [statement], ...(ts.isBlock(statement) ? { block: statement } : {}) };
}

function functionRegion(expression: Expression): Region | undefined {
  const fn = functionOf(expression);
  if (!fn?.body) return undefined;
  const { body } = fn;
  const parts = partsOfParams(fn.parameters[0]);
  return { at: expression, nodes: [body], parts, ...(ts.isBlock(body) ? { block: body } : {}) };
}

/** `case 'tools/call':`, and in `switch (true)` a comparison with it. */
function isCaseOf({ expression, parent }: CaseClause, constants: Constants): boolean {
  const isTrue = parent.parent.expression.kind === ts.SyntaxKind.TrueKeyword;
  return isTrue ? comparesToolsCall(expression, IS, constants) : isToolsCall(expression, constants);
}

/** Names of constants for the method, where another file says what they stand for. */
const METHOD_NAME = /^(tools_?call|call_?tool)$/i;

function isToolsCall(expression: Expression, constants: Constants): boolean {
  const node = bare(expression);
  const text = constants.text(node);
  if (text !== undefined || ts.isIdentifier(node)) return text === 'tools/call';
  return ts.isPropertyAccessExpression(node) && METHOD_NAME.test(node.name.text);
}

/** How the method is compared, and what joins further conditions to that. */
interface Comparison {
  readonly operators: ReadonlySet<SyntaxKind>;
  readonly joint: SyntaxKind;
}

const IS: Comparison = {
  operators: new Set([ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.EqualsEqualsToken]),
  joint: ts.SyntaxKind.AmpersandAmpersandToken,
};
const IS_NOT: Comparison = {
  operators: new Set([ts.SyntaxKind.ExclamationEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken]),
  joint: ts.SyntaxKind.BarBarToken,
};

/** Whether a condition, or one of those joined in it, holds something against the method's name. */
function comparesToolsCall(condition: Expression, comparison: Comparison, constants: Constants): boolean {
  const node = bare(condition);
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  if (kind === comparison.joint) {
    return (
      comparesToolsCall(node.left, comparison, constants) ||
      comparesToolsCall(node.right, comparison, constants)
    );
  }
  if (!comparison.operators.has(kind)) return false;
  return isToolsCall(node.right, constants) || isToolsCall(node.left, constants);
}

function sharedTarget(region: Region, calls: readonly CallExpression[], parts: RequestParts): Target {
  const [call, ...others] = calls;
  const request = call && requestFor(call, parts);
  if (call && others.length === 0 && request) return expressionTarget(chainOf(call), { request });
  const { block } = region;
  if (block && ts.isBlock(block) && parts.whole && alwaysReturns(block)) {
    return blockTarget(block, { request: parts.whole });
  }
  return others.length > 0
    ? { kind: 'manual', reason: 'several calls here could be the tool’s' }
    : { kind: 'manual', reason: 'what carries the tool out was not found here', mayBeNone: true };
}

/** Source of the request, or of an object in its shape, for `fromToolCall`. */
function requestFor(call: CallExpression, parts: RequestParts): string | undefined {
  const { name, args, whole } = parts;
  if (name && args && isInScope(name, call) && isInScope(args, call))
    return `{ ${name === 'name' ? name : `name: ${name}`}, arguments: ${args} }`;
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
  /^(console|JSON|Object|Array|String|Number|Math|z|log|logger)\b|(^|\.)(parse|safeParse|log|info|warn|error|debug|push|set|has|get|find|some|includes|reply|respond|send|write|json|text|ok|fail)$|^(is|has|assert|validate|check|require|log|track|audit|authorize|allow|can|consume|limit|rateLimit|emit|price|cost|timeout|tool(Timeout|Cost|Price)|jsonRpc|rpc|sse|make|create\w{0,100}(Error|Response|Result|Message))[A-Z]?\w{0,100}$|(Error|Response|Result|Reply)$/;

function isAside(callee: Expression): boolean {
  return ASIDE.test(callee.getText().replace(/^this\./, ''));
}

const WHOLE =
  /^(this\.)?(params|request|req|message|msg|rpc|call|(mcp|rpc|json_?rpc)_?(request|message|body|params)|body|payload)(\.params)?$|^[\w$]+(\.[\w$]+)*\.params$/i;

function isArguments(argument: Expression, parts: RequestParts): boolean {
  const node = withoutDefault(bare(argument));
  const text = chainText(node);
  if (text === parts.args || text === parts.whole) return true;
  if (isPath(node) && WHOLE.test(text)) return true;
  if (SAYS_ARGUMENTS.test(text)) return true;
  return ts.isIdentifier(node) && parts.args === undefined && ARGUMENT_NAME.test(node.text);
}

/** `args` in `args ?? {}` and `args || {}`. */
function withoutDefault(node: Expression): Expression {
  const isDefaulted =
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken ||
      node.operatorToken.kind === ts.SyntaxKind.BarBarToken);
  return isDefaulted ? bare(node.left) : node;
}

function requestAmong(call: CallExpression): string | undefined {
  for (const argument of call.arguments) {
    const node = bare(argument);
    const text = chainText(node);
    if (isPath(argument) && WHOLE.test(text)) return node.getText();
    const [, request] = /^([\w.]+?)\.params\.arguments\b/.exec(text) ?? [];
    if (request) return request;
    const [, params] = /\b(params)\.arguments\b/.exec(text) ?? [];
    if (params) return params;
  }
  return undefined;
}

/** Whether the result of a call that is given the arguments of the tool it names is waited for or returned. */
function carriesOut(call: CallExpression): boolean {
  const isWaitedFor = ts.isAwaitExpression(call.parent) || ts.isReturnStatement(call.parent);
  return isWaitedFor && saysName(call) && call.arguments.some((one) => SAYS_ARGUMENTS.test(chainText(one)));
}

const SAYS_ARGUMENTS = /\bparams\b\.arguments\b/;
const SAYS_NAME = /\bparams\b\.name\b/;

/** `run(params.name, …)`, `TOOLS[params.name](…)`, and `tool.run(…)` where `tool` was looked up by the name. */
function saysName(call: CallExpression): boolean {
  if (SAYS_NAME.test(chainText(call))) return true;
  const [root = ''] = /^[\w$]+/.exec(call.expression.getText()) ?? [];
  const looksUp = (statement: Statement): boolean =>
    ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.some(
      ({ name, initializer }) =>
        name.getText() === root && initializer !== undefined && SAYS_NAME.test(chainText(initializer)),
    );
  for (let around: Node | undefined = call.parent; around; around = around.parent) {
    if (ts.isFunctionLike(around)) return false;
    if (ts.isBlock(around) && around.statements.some(looksUp)) return true;
  }
  return false;
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
