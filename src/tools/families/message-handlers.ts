import { messageOf, regionOf } from '../dispatch/call-regions.js';
import type { Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import type { FunctionTarget, MessageSite } from '../site.js';
import { alwaysReturns } from '../syntax/control-flow.js';
import { indentedLines } from '../syntax/line-starts.js';
import {
  type BindingName,
  type Block,
  bare,
  type FunctionLike,
  functionAround,
  isAsync,
  lineOf,
  type Node,
  type SourceFile,
  type Statement,
  ts,
  walkFrom,
} from '../syntax/syntax.js';
import { functionTarget } from '../targets/function-target.js';

/**
 * The function of a hand-written server that gets each JSON-RPC message: watched, it shows every request, also those
 * that no arm answers.
 */
export const messageHandlers: Family = {
  id: 'message handler',
  appliesTo: ({ file }) => /tools\/call|\.(?:tools_?call|call_?tool)\b/i.test(file.text),
  visit: { case: readHandler, conditional: readHandler, if: readHandler },
};

function readHandler(node: Node, context: FileContext) {
  const fn = functionAround(node);
  if (!fn?.body || !answers(fn) || !regionOf(node, context.constants)) return [];
  const site = ofParameter(node, fn, context) ?? ofVariable(node, fn);
  return site ? [{ message: { ...site, line: lineOf(fn) } }] : [];
}

/** Its return value is the answer. A function that only sends would always look successful. */
function answers(fn: FunctionLike): boolean {
  if (/\bvoid\b/.test(fn.type?.getText() ?? '')) return false;
  if (!fn.body || !ts.isBlock(fn.body)) return true;
  let found = false;
  walkFrom(fn.body, (node) => {
    if (ts.isFunctionLike(node)) return false;
    found ||= ts.isReturnStatement(node) && node.expression !== undefined;
    return !found;
  });
  return found;
}

/** The message is a parameter: the whole body is watched. */
function ofParameter(
  node: Node,
  fn: FunctionLike,
  context: FileContext,
): Omit<MessageSite, 'line'> | undefined {
  const message = fn.parameters
    .map(({ name }) => messageIn(name, node))
    .find((source) => source !== undefined);
  if (message === undefined) return undefined;
  const target = functionTarget(fn, { kind: 'own' }, context);
  if (target.kind !== 'function') return undefined;
  const { input: _input, context: _context, request: _request, addParameters: _added, ...bare } = target;
  return { message, target: bare as FunctionTarget };
}

/** The message is read in the function: what follows is watched, where all of it returns. */
function ofVariable(node: Node, fn: FunctionLike): Omit<MessageSite, 'line'> | undefined {
  for (const block of blocksOf(fn)) {
    const at = placeOfMessage(block, node);
    const following = block.statements.slice(at + 1);
    const [first] = following;
    const last = following.at(-1);
    if (at === -1 || !first || !last || !following.some((one) => contains(one, node))) continue;
    if (!alwaysReturns(block) || fn.asteriskToken || losesNarrowing(fn, first, last)) return undefined;
    const declared = block.statements[at] as Statement;
    const isDeclared = ts.isVariableStatement(declared);
    const context =
      (isDeclared ? requestIn(declared.getText(), fn.getSourceFile()) : undefined) ??
      requestBefore(declared, fn);
    return {
      message: (isDeclared ? messageOfStatement(declared, node) : messageOf(node)) as string,
      ...(context === undefined ? {} : { context }),
      target: {
        kind: 'statements',
        body: { start: first.getStart(), end: last.end },
        lines: indentedLines(fn.getSourceFile(), first.getStart(), last.end),
        awaits: isAsync(fn),
      },
    };
  }
  return undefined;
}

/** The body itself, and what is tried in it. */
function blocksOf({ body }: FunctionLike): Block[] {
  if (!body || !ts.isBlock(body)) return [];
  return [body, ...body.statements.flatMap((one) => (ts.isTryStatement(one) ? [one.tryBlock] : []))];
}

/** The last statement after which the message is there: it is set in it, or else declared with a value. */
function placeOfMessage({ statements }: Block, node: Node): number {
  const name = messageOf(node);
  const set = statements.findLastIndex((one) => !contains(one, node) && sets(one, name));
  return set === -1 ? statements.findIndex((one) => messageOfStatement(one, node) !== undefined) : set;
}

function sets(statement: Statement, name: string | undefined): boolean {
  let found = false;
  walkFrom(statement, (node) => {
    if (ts.isFunctionLike(node)) return false;
    found ||=
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isIdentifier(node.left) &&
      node.left.text === name;
    return !found;
  });
  return found;
}

function messageOfStatement(statement: Statement, node: Node): string | undefined {
  if (!ts.isVariableStatement(statement)) return undefined;
  return statement.declarationList.declarations
    .filter(({ initializer }) => initializer !== undefined)
    .map(({ name, initializer }) => {
      const source = messageIn(name, node);
      // Fields are destructured from a named message: the whole has more information.
      const whole = initializer && bare(initializer);
      return source?.startsWith('{') && whole && ts.isIdentifier(whole) ? whole.text : source;
    })
    .find((source) => source !== undefined);
}

/** Source of the message bound by `name`, or of its destructured fields: `rpc`, `{ id, method, params }`. */
function messageIn(name: BindingName, node: Node): string | undefined {
  const compared = messageOf(node);
  if (ts.isIdentifier(name)) return compared === name.text ? name.text : undefined;
  if (compared !== undefined || !ts.isObjectBindingPattern(name)) return undefined;
  const bound = name.elements.filter(
    (one) => !one.propertyName && !one.dotDotDotToken && ts.isIdentifier(one.name),
  );
  const names = bound.map((one) => one.name.getText());
  const parts = ['jsonrpc', 'id', 'method', 'params'].filter((part) => names.includes(part));
  // Only the id distinguishes a request from a notification.
  return parts.includes('method') && parts.includes('id') && readsMethod(node)
    ? `{ ${parts.join(', ')} }`
    : undefined;
}

/** `switch (method)` and `if (method === …)`. */
function readsMethod(node: Node): boolean {
  const compared = ts.isCaseClause(node)
    ? node.parent.parent.expression
    : ts.isIfStatement(node)
      ? node.expression
      : ts.isConditionalExpression(node)
        ? node.condition
        : undefined;
  return compared !== undefined && /(?<![\w$.])method(?![\w$])/.test(compared.getText());
}

/** Whether a member is tested before and used after: inside a function TypeScript would forget the test. */
function losesNarrowing(fn: FunctionLike, first: Statement, last: Statement): boolean {
  const { text } = fn.getSourceFile();
  const after = text.slice(first.getStart(), last.end);
  let found = false;
  walkFrom(fn.body as Node, (node) => {
    if (!ts.isIfStatement(node) || node.getStart() >= first.getStart() || contains(node, first))
      return !found;
    const members = node.expression.getText().match(/[\w$]+(?:\??\.[\w$]+)+/g) ?? [];
    found ||= members.some((member) => after.includes(member.replaceAll('?', '')));
    return !found;
  });
  return found;
}

/** `request` of `await request.json()`: its headers say who asked. Hono's `c.req` holds the request as `raw`. */
function requestIn(text: string, file: SourceFile): string | undefined {
  const read = /=[\s(]*await[\s(]+([\w$]+)(\.req)?\.json(?:<[^()]*>)?\(\)/.exec(text);
  if (!read?.[1]) return undefined;
  if (!read[2]) return read[1];
  return HONO.test(file.text) ? `${read[1]}.req.raw` : undefined;
}

const HONO = /\bfrom\s*(['"])hono(?:\/[^'"]*)?\1/;

/** The same of a parameter that is read further up, as in `try { message = await request.json(); }`. */
function requestBefore(statement: Statement, fn: FunctionLike): string | undefined {
  const file = fn.getSourceFile();
  const request = requestIn(file.text.slice(fn.getStart(), statement.end), file);
  const [owner] = request?.split('.') ?? [];
  return fn.parameters.some((one) => one.name.getText() === owner) ? request : undefined;
}

function contains(around: Node, node: Node): boolean {
  return around.getStart() <= node.getStart() && node.end <= around.end;
}
