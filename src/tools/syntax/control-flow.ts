import { declaresNameOf } from './closure-guard.js';
import { isWrite, referencesIn } from './references.js';
import {
  type BinaryExpression,
  type Block,
  type ExpressionStatement,
  identifiersIn,
  type Node,
  type Statement,
  suspends,
  ts,
  walk,
} from './syntax.js';

/**
 * Returns true if every path through a block ends in `return` or `throw`. Such a block can become the body of a
 * function without an effect on the code after it.
 */
export function alwaysReturns(block: Block): boolean {
  return ends(block) && !leaves(block.statements);
}

/** The same for consecutive statements, such as an arm of a `switch`. */
export function allReturn(statements: readonly Statement[]): boolean {
  return ends(statements.at(-1)) && !leaves(statements);
}

/** Returns true if the code after a statement is not reached through it. */
export function alwaysLeaves(statement: Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return ends(statement) || (last !== undefined && ts.isContinueStatement(last));
}

/**
 * The outer variables that statements assign, each once. An empty name means a member of an object. Undefined if a
 * path through the statements returns or leaves.
 */
export function assignedOutside(statements: readonly Statement[]): string[] | undefined {
  const names = new Set<string>();
  let returns = false;
  for (const statement of statements) {
    within(statement, (node) => {
      if (ts.isReturnStatement(node)) returns = true;
      if (ts.isIdentifier(node) && isWrite(node)) names.add(node.text);
      const target = ts.isExpressionStatement(node) ? assignmentOf(node)?.left : undefined;
      if (target && isMember(target)) names.add('');
    });
  }
  if (returns || leaves(statements)) return undefined;
  return [...names].filter((name) => !statements.some((one) => declaresNameOf(one, name)));
}

function isMember(target: Node): boolean {
  return ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target);
}

/**
 * Returns the assignments to a variable, if every path through the statements ends with one or with a throw, and there
 * are no others. Otherwise undefined.
 */
export function finalAssignments(
  statements: readonly Statement[],
  name: string,
): ExpressionStatement[] | undefined {
  const found: ExpressionStatement[] = [];
  const sets = referencesIn(statements, name).filter(isWrite);
  return endsAssigning(statements, name, found) && sets.length === found.length ? found : undefined;
}

function endsAssigning(
  statements: readonly Statement[],
  name: string,
  found: ExpressionStatement[],
): boolean {
  const last = statements.at(-1);
  if (!last) return false;
  if (ts.isThrowStatement(last)) return true;
  if (ts.isBlock(last)) return endsAssigning(last.statements, name, found);
  if (ts.isTryStatement(last)) {
    const { tryBlock, catchClause, finallyBlock } = last;
    // `finally` would run before the variable is assigned.
    if (finallyBlock && identifiersIn(finallyBlock).has(name)) return false;
    const blocks = catchClause ? [tryBlock, catchClause.block] : [tryBlock];
    return blocks.every((block) => endsAssigning([block], name, found));
  }
  if (ts.isIfStatement(last)) {
    const { thenStatement, elseStatement } = last;
    return (
      elseStatement !== undefined &&
      endsAssigning([thenStatement], name, found) &&
      endsAssigning([elseStatement], name, found)
    );
  }
  const left = ts.isExpressionStatement(last) ? assignmentOf(last)?.left : undefined;
  if (!left || !ts.isIdentifier(left) || left.text !== name) return false;
  found.push(last as ExpressionStatement);
  return true;
}

function assignmentOf(statement: ExpressionStatement): BinaryExpression | undefined {
  const { expression } = statement;
  const isAssignment =
    ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment ? expression : undefined;
}

/** Visits a node and the nodes below it, except those in inner functions. */
function within(node: Node, visit: (node: Node) => void): void {
  visit(node);
  walk(node, (inner) => {
    if (ts.isFunctionLike(inner)) return false;
    visit(inner);
    return true;
  });
}

function ends(statement: Statement | undefined): boolean {
  if (!statement) return false;
  if (ts.isReturnStatement(statement) || ts.isThrowStatement(statement)) return true;
  if (ts.isBlock(statement)) return ends(statement.statements.at(-1));
  if (ts.isIfStatement(statement)) return ends(statement.thenStatement) && ends(statement.elseStatement);
  if (ts.isTryStatement(statement)) {
    if (statement.finallyBlock && ends(statement.finallyBlock)) return true;
    return ends(statement.tryBlock) && (!statement.catchClause || ends(statement.catchClause.block));
  }
  if (ts.isSwitchStatement(statement)) {
    const { clauses } = statement.caseBlock;
    return (
      clauses.some(ts.isDefaultClause) &&
      !clauses.some((clause) => leaves(clause.statements)) &&
      clauses.every((clause) => clause.statements.length === 0 || ends(clause.statements.at(-1)))
    );
  }
  return false;
}

/** Returns true if the statements contain a `break` or `continue` of a loop or `switch` around them. */
function leaves(statements: readonly Statement[]): boolean {
  let found = false;
  const check = (node: Node, inLoop: boolean, inSwitch: boolean): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isContinueStatement(node) && (!inLoop || node.label)) found = true;
    if (ts.isBreakStatement(node) && ((!inLoop && !inSwitch) || node.label)) found = true;
    const isLoop = ts.isIterationStatement(node, false);
    ts.forEachChild(node, (child) => check(child, inLoop || isLoop, inSwitch || ts.isSwitchStatement(node)));
  };
  for (const statement of statements) check(statement, false, false);
  return found;
}

/** The value that is the work of statements: the only awaited one, or the last. Undefined if several are awaited. */
export function workValue(statements: readonly Statement[]): Node | undefined {
  const awaiting = statements.filter((one) => suspends(one) === 'await');
  const [only, ...more] = awaiting;
  if (more.length > 0) return undefined;
  if (only) return assignedOrReturned(only);
  return statements
    .filter((one) => ts.isReturnStatement(one) || (ts.isExpressionStatement(one) && assignmentOf(one)))
    .map(assignedOrReturned)
    .findLast((value) => value !== undefined);
}

/** Returns `E` of the only assignment `x = E` in statements, if every `await` is inside `E`. */
export function onlyValue(statements: readonly Statement[], name: string): Node | undefined {
  const [write, ...more] = referencesIn(statements, name).filter(isWrite);
  const statement = write?.parent.parent;
  if (!statement || more.length > 0 || !ts.isExpressionStatement(statement)) return undefined;
  const value = assignmentOf(statement)?.right;
  const waits: Node[] = [];
  for (const one of statements) {
    within(one, (node) => {
      if (suspendsItself(node)) waits.push(node);
    });
  }
  const isAll = value && waits.every(({ pos, end }) => pos >= value.pos && end <= value.end);
  return isAll && callsSomething(value) ? value : undefined;
}

function suspendsItself(node: Node): boolean {
  return (
    ts.isAwaitExpression(node) ||
    ts.isYieldExpression(node) ||
    (ts.isForOfStatement(node) && !!node.awaitModifier)
  );
}

function callsSomething(value: Node): boolean {
  let found = false;
  within(value, (node) => {
    if (ts.isCallExpression(node)) found = true;
  });
  return found;
}

/** Returns `E` in `return E;`, `x = E;` and `E;`. */
export function assignedOrReturned(node: Node): Node | undefined {
  if (ts.isReturnStatement(node)) return node.expression;
  if (!ts.isExpressionStatement(node)) return undefined;
  const { expression } = node;
  // `f(), g()` is not one value.
  const isComma =
    ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.CommaToken;
  return assignmentOf(node)?.right ?? (isComma ? undefined : expression);
}
