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
 * The function of a hand-written server that receives each JSON-RPC message. To observe it shows every request, even
 * if no arm handles it.
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

/** Returns true if the return value is the response. A function that only sends it would always look successful. */
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

/** The message is a parameter, so the body is observed. */
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

/** The function reads the message, so the code after that is observed, if it always returns. */
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

/** The body, and the `try` blocks in it. */
function blocksOf({ body }: FunctionLike): Block[] {
  if (!body || !ts.isBlock(body)) return [];
  return [body, ...body.statements.flatMap((one) => (ts.isTryStatement(one) ? [one.tryBlock] : []))];
}

/** The index of the statement that assigns the message, or else of the one that declares it with a value. */
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
      // If fields are destructured from a variable, the variable has more information than the fields.
      const whole = initializer && bare(initializer);
      return source?.startsWith('{') && whole && ts.isIdentifier(whole) ? whole.text : source;
    })
    .find((source) => source !== undefined);
}

/** Source text of the message in a binding: `rpc`, or its destructured fields `{ id, method, params }`. */
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

/** Returns true for `switch (method)` and `if (method === …)`. */
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

/** Returns true if the code uses a member that an earlier `if` tests. Inside a function, TypeScript ignores that test. */
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

/** Returns `request` for `await request.json()`. Its headers identify the client. In Hono, it is `c.req.raw`. */
function requestIn(text: string, file: SourceFile): string | undefined {
  const read = /=[\s(]*await[\s(]+([\w$]+)(\.req)?\.json(?:<[^()]*>)?\(\)/.exec(text);
  if (!read?.[1]) return undefined;
  if (!read[2]) return read[1];
  return HONO.test(file.text) ? `${read[1]}.req.raw` : undefined;
}

const HONO = /\bfrom\s*(['"])hono(?:\/[^'"]*)?\1/;

/** The same for a parameter that is read earlier, as in `try { message = await request.json(); }`. */
function requestBefore(statement: Statement, fn: FunctionLike): string | undefined {
  const file = fn.getSourceFile();
  const request = requestIn(file.text.slice(fn.getStart(), statement.end), file);
  const [owner] = request?.split('.') ?? [];
  return fn.parameters.some((one) => one.name.getText() === owner) ? request : undefined;
}

function contains(around: Node, node: Node): boolean {
  return around.getStart() <= node.getStart() && node.end <= around.end;
}
