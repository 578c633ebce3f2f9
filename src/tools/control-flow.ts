import { type Block, type Node, type Statement, ts, walk } from './syntax.js';

/**
 * Whether every way through a block ends in `return` or `throw` inside it, so that it can become a
 * function's body without changing what happens behind it.
 */
export function alwaysReturns(block: Block): boolean {
  return ends(block) && !leaves(block);
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
      clauses.every((clause) => clause.statements.length === 0 || ends(clause.statements.at(-1)))
    );
  }
  return false;
}

/** Whether a `break` or `continue` in the block goes to something around it. */
function leaves(block: Block): boolean {
  let found = false;
  const look = (node: Node, inLoop: boolean, inSwitch: boolean): void => {
    ts.forEachChild(node, (child) => {
      if (ts.isFunctionLike(child) || ts.isClassLike(child)) return;
      if (ts.isContinueStatement(child) && (!inLoop || child.label)) found = true;
      if (ts.isBreakStatement(child) && ((!inLoop && !inSwitch) || child.label)) found = true;
      const isLoop = ts.isIterationStatement(child, false);
      look(child, inLoop || isLoop, inSwitch || ts.isSwitchStatement(child));
    });
  };
  look(block, false, false);
  return found;
}

/** The last `return E` or `x = E` of some statements, functions inside them aside. */
export function lastValue(statements: readonly Statement[]): Node | undefined {
  let last: Node | undefined;
  const look = (node: Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    const value = assignedOrReturned(node);
    if (value) last = value;
    return true;
  };
  for (const statement of statements) {
    if (look(statement)) walk(statement, look);
  }
  return last;
}

/** `E` in `return E;`, `x = E;` and `E;`. */
export function assignedOrReturned(node: Node): Node | undefined {
  if (ts.isReturnStatement(node)) return node.expression;
  if (!ts.isExpressionStatement(node)) return undefined;
  const { expression } = node;
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return expression.right;
  }
  return expression;
}
