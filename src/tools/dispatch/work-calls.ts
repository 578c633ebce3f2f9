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

/** Source of the request, or of an object in its shape, for `fromToolCall`. */
export function requestFor(call: CallExpression, parts: RequestParts): string | undefined {
  const { name, args, whole } = parts;
  if (name && args && isInScope(name, call) && isInScope(args, call))
    return `{ ${name === 'name' ? name : `name: ${name}`}, arguments: ${args} }`;
  return whole && isInScope(whole, call) ? whole : requestAmong(call, parts);
}

/** Calls that are given the tool's arguments or the whole request, and are no checks, logs or replies. */
export function workCalls(region: readonly Node[], parts: RequestParts): CallExpression[] {
  const calls: CallExpression[] = [];
  const look = (node: Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (!ts.isCallExpression(node) || isAside(node.expression)) return true;
    if (!node.arguments.some((argument) => isArguments(argument, parts))) return true;
    // A call whose result is not awaited is not a tool's work.
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

/** Whether the result of a call that is given the arguments of the tool it names is waited for or returned. */
export function carriesOut(call: CallExpression): boolean {
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
