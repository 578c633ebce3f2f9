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

/** The code of a hand-written server that handles the MCP method `tools/call`. */
export interface Region {
  readonly at: Node;
  readonly nodes: readonly Node[];
  /** The region's block, if the region is one block. */
  readonly block?: Node;
  /** The parts in the parameter of the region's function. */
  readonly parts?: RequestParts;
  /** It is the code after `if (method !== 'tools/call') return`. */
  readonly isRest?: true;
  /** The guard before it shows that other code runs the tools. */
  readonly isForwarding?: true;
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

/** Returns `rpc` in `switch (rpc.method) { case … }` and `if (rpc.method === …)`. */
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
  // If a second test follows, it finds the place more exactly.
  return nodes.some((one) => one.getText().includes('tools/call'))
    ? undefined
    : { at: node, nodes, isRest: true, ...(forwardsOrAnswers(thenStatement) ? { isForwarding: true } : {}) };
}

/** Returns true if a guard forwards other methods (`return next()`) or returns a constant (`return 0`): no server does. */
function forwardsOrAnswers(guard: Statement): boolean {
  let found = false;
  const look = (node: Node): void => {
    if (ts.isCallExpression(node) && FORWARDS.test(node.expression.getText())) found = true;
    if (!ts.isReturnStatement(node) || !node.expression) return;
    const { kind } = bare(node.expression);
    found ||= CONSTANTS().includes(kind);
  };
  walkFrom(guard, look);
  return found;
}

const FORWARDS = /(^|\.)(next|forward|proxy|inner|handler|original\w{0,100}|upstream|super)\b/i;
const CONSTANTS = (): readonly SyntaxKind[] => [
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
  // A named function may be a check or a price. A function that runs tools is async.
  if (fn !== bare(expression) && !isAsync(fn) && !/Promise/.test(fn.type?.getText() ?? '')) return undefined;
  const { body } = fn;
  const parts = partsOfParams(fn.parameters[0]);
  return { at: expression, nodes: [body], parts, ...(ts.isBlock(body) ? { block: body } : {}) };
}

/** Returns true for `case 'tools/call':`, and for a comparison with it in `switch (true)`. */
function isCaseOf({ expression, parent }: CaseClause, constants: Constants): boolean {
  const isTrue = parent.parent.expression.kind === ts.SyntaxKind.TrueKeyword;
  return isTrue ? comparesToolsCall(expression, IS(), constants) : isToolsCall(expression, constants);
}

/** Usual names of constants for the method, for constants of other files. */
const METHOD_NAME = /^(tools_?call|call_?tool)$/i;

function isToolsCall(expression: Expression, constants: Constants): boolean {
  const node = bare(expression);
  const text = constants.text(node);
  if (text !== undefined || ts.isIdentifier(node)) return text === 'tools/call';
  return ts.isPropertyAccessExpression(node) && METHOD_NAME.test(node.name.text);
}

/** The operators that compare the method, and the operator that joins further conditions. */
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

/** Returns true if a condition, or a part of it, compares a value with the method's name. */
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
