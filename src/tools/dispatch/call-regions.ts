import type { Constants } from '../syntax/constants.js';
import { alwaysLeaves } from '../syntax/control-flow.js';
import { functionOf } from '../syntax/functions.js';
import {
  bare,
  type CaseClause,
  type Expression,
  type IfStatement,
  isAsync,
  memberName,
  memberOf,
  type Node,
  type Statement,
  type SyntaxKind,
  ts,
  walkFrom,
} from '../syntax/syntax.js';
import { isPath, partsOfParams, type RequestParts } from '../targets/request-parts.js';

/** Where a server that speaks JSON-RPC by itself handles the MCP method `tools/call`. */
export interface Region {
  readonly at: Node;
  readonly nodes: readonly Node[];
  /** The block whose end is the region's end, where it is one. */
  readonly block?: Node;
  /** Values of the parameter of the region's function. */
  readonly parts?: RequestParts;
  /** All that follows `if (method !== 'tools/call') return`. */
  readonly isRest?: true;
  /** The guard before the rest shows that something else carries the tools out. */
  readonly isBetween?: true;
}

export function regionOf(node: Node, constants: Constants): Region | undefined {
  if (ts.isCaseClause(node) && isCaseOf(node, constants) && node.statements.length > 0) {
    const [only, ...more] = node.statements;
    const isBlock = only && more.length === 0 && ts.isBlock(only);
    return { at: node, nodes: node.statements, ...(isBlock ? { block: only } : {}) };
  }
  if (ts.isIfStatement(node)) return ifRegion(node, constants);
  if (ts.isConditionalExpression(node)) {
    const isCall = comparesToolsCall(node.condition, IS(), constants);
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

/** `rpc` in `switch (rpc.method) { case … }` and `if (rpc.method === …)`. */
export function messageOf(node: Node): string | undefined {
  const compared = ts.isCaseClause(node)
    ? node.parent.parent.expression
    : ts.isIfStatement(node)
      ? node.expression
      : undefined;
  let found: string | undefined;
  const look = (inner: Node): boolean => {
    const member = ts.isExpression(inner) ? memberOf(inner) : undefined;
    if (member?.name === 'method' && isPath(member.owner)) found ??= member.owner.getText();
    return !found;
  };
  if (compared) walkFrom(compared, look);
  return found;
}

function ifRegion(node: IfStatement, constants: Constants): Region | undefined {
  const { expression, thenStatement, elseStatement } = node;
  if (comparesToolsCall(expression, IS(), constants)) {
    return statementRegion(node, thenStatement);
  }
  if (!comparesToolsCall(expression, IS_NOT(), constants)) return undefined;
  if (elseStatement) return statementRegion(node, elseStatement);
  if (!alwaysLeaves(thenStatement) || !ts.isBlock(node.parent)) return undefined;
  const { statements } = node.parent;
  const nodes = statements.slice(statements.indexOf(node) + 1);
  // A second test says more closely where it is.
  return nodes.some((one) => one.getText().includes('tools/call'))
    ? undefined
    : { at: node, nodes, isRest: true, ...(passesOn(thenStatement) ? { isBetween: true } : {}) };
}

/** Whether a guard hands other methods on (`return next()`) or answers a question (`return 0`), as no server does. */
function passesOn(guard: Statement): boolean {
  let found = false;
  const look = (node: Node): void => {
    if (ts.isCallExpression(node) && PASSES_ON.test(node.expression.getText())) found = true;
    if (!ts.isReturnStatement(node) || !node.expression) return;
    const { kind } = bare(node.expression);
    found ||= ANSWERS().includes(kind);
  };
  walkFrom(guard, look);
  return found;
}

const PASSES_ON = /(^|\.)(next|forward|proxy|inner|handler|original\w{0,100}|upstream|super)\b/i;
const ANSWERS = (): readonly SyntaxKind[] => [
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NumericLiteral,
  ts.SyntaxKind.StringLiteral,
];

function statementRegion(at: Node, statement: Statement): Region {
  return { at, nodes: [statement], ...(ts.isBlock(statement) ? { block: statement } : {}) };
}

function functionRegion(expression: Expression): Region | undefined {
  const fn = functionOf(expression);
  if (!fn?.body) return undefined;
  // One that is named may be for a check or a price; what carries tools out can be waited for.
  if (fn !== bare(expression) && !isAsync(fn) && !/Promise/.test(fn.type?.getText() ?? '')) return undefined;
  const { body } = fn;
  const parts = partsOfParams(fn.parameters[0]);
  return { at: expression, nodes: [body], parts, ...(ts.isBlock(body) ? { block: body } : {}) };
}

/** `case 'tools/call':`, and in `switch (true)` a comparison with it. */
function isCaseOf({ expression, parent }: CaseClause, constants: Constants): boolean {
  const isTrue = parent.parent.expression.kind === ts.SyntaxKind.TrueKeyword;
  return isTrue ? comparesToolsCall(expression, IS(), constants) : isToolsCall(expression, constants);
}

/** Names of constants for the method, resolved by another file. */
const METHOD_NAME = /^(tools_?call|call_?tool)$/i;

function isToolsCall(expression: Expression, constants: Constants): boolean {
  const node = bare(expression);
  const text = constants.text(node);
  if (text !== undefined || ts.isIdentifier(node)) return text === 'tools/call';
  return ts.isPropertyAccessExpression(node) && METHOD_NAME.test(node.name.text);
}

/** How the method is compared, and what joins further conditions to that. */
interface Comparison {
  readonly operators: readonly SyntaxKind[];
  readonly joint: SyntaxKind;
}

const IS = (): Comparison => ({
  operators: [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.EqualsEqualsToken],
  joint: ts.SyntaxKind.AmpersandAmpersandToken,
});
const IS_NOT = (): Comparison => ({
  operators: [ts.SyntaxKind.ExclamationEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken],
  joint: ts.SyntaxKind.BarBarToken,
});

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
  if (!comparison.operators.includes(kind)) return false;
  return isToolsCall(node.right, constants) || isToolsCall(node.left, constants);
}
