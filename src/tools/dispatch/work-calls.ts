import { isInScope } from '../syntax/scope.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type Node,
  type Statement,
  ts,
  walkFrom,
} from '../syntax/syntax.js';
import { ARGUMENT_NAME } from '../targets/parameters.js';
import { chainText, isPath, type RequestParts } from '../targets/request-parts.js';

/** Source text of the request, or of an object of the same shape, for `fromToolCall`. */
export function requestFor(call: CallExpression, parts: RequestParts): string | undefined {
  const { name, args, whole } = parts;
  if (name && args && isInScope(name, call) && isInScope(args, call))
    return `{ ${name === 'name' ? name : `name: ${name}`}, arguments: ${args} }`;
  return whole && isInScope(whole, call) ? whole : requestAmong(call, parts);
}

/** Finds calls that get the tool's arguments or the request. Checks, logs and replies are left out. */
export function workCalls(region: readonly Node[], parts: RequestParts): CallExpression[] {
  const calls: CallExpression[] = [];
  const look = (node: Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (!ts.isCallExpression(node) || isAside(node.expression)) return true;
    if (!node.arguments.some((argument) => isArguments(argument, parts))) return true;
    // If the result is not used, the call is not the tool's work.
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
  if (text === parts.args || text === parts.whole || text === parts.message) return true;
  if (isPath(node) && WHOLE.test(text)) return true;
  if (READS_ARGUMENTS.test(text)) return true;
  return ts.isIdentifier(node) && parts.args === undefined && ARGUMENT_NAME.test(node.text);
}

/** Returns `args` in `args ?? {}` and `args || {}`. */
function withoutDefault(node: Expression): Expression {
  const isDefaulted =
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken ||
      node.operatorToken.kind === ts.SyntaxKind.BarBarToken);
  return isDefaulted ? bare(node.left) : node;
}

function requestAmong(call: CallExpression, { message }: RequestParts): string | undefined {
  for (const argument of call.arguments) {
    const node = bare(argument);
    const text = chainText(node);
    if (isPath(argument) && (WHOLE.test(text) || text === message)) return node.getText();
    const [, request] = /^([\w.]+?)\.params\.arguments\b/.exec(text) ?? [];
    if (request) return request;
    const [, params] = /\b(params)\.arguments\b/.exec(text) ?? [];
    if (params) return params;
  }
  return undefined;
}

/** Returns true if a call gets the tool's name and arguments, and its result is awaited or returned. */
export function runsTool(call: CallExpression): boolean {
  const isUsed = ts.isAwaitExpression(call.parent) || ts.isReturnStatement(call.parent);
  return isUsed && usesName(call) && call.arguments.some((one) => READS_ARGUMENTS.test(chainText(one)));
}

const READS_ARGUMENTS = /\bparams\b\.arguments\b/;
const READS_NAME = /\bparams\b\.name\b/;

/** Returns true for `run(params.name, …)`, `TOOLS[params.name](…)`, and `tool.run(…)` if `tool` was found by its name. */
function usesName(call: CallExpression): boolean {
  if (READS_NAME.test(chainText(call))) return true;
  const [root = ''] = /^[\w$]+/.exec(call.expression.getText()) ?? [];
  const looksUp = (statement: Statement): boolean =>
    ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.some(
      ({ name, initializer }) =>
        name.getText() === root && initializer !== undefined && READS_NAME.test(chainText(initializer)),
    );
  for (let around: Node | undefined = call.parent; around; around = around.parent) {
    if (ts.isFunctionLike(around)) return false;
    if (ts.isBlock(around) && around.statements.some(looksUp)) return true;
  }
  return false;
}

/** The whole chain of a call: in `f(x).then(g)`, the work includes `g`. */
export function chainOf(call: Node): Node {
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
