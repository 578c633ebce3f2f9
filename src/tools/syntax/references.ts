import {
  type Identifier,
  identifiersIn,
  type Node,
  type Statement,
  type SyntaxKind,
  ts,
  walkFrom,
} from './syntax.js';

/** Returns the uses of a variable, in source order. Names of members and labels do not count. */
export function referencesIn(roots: readonly Node[], name: string): Identifier[] {
  const found: Identifier[] = [];
  for (const root of roots) {
    walkFrom(root, (node) => {
      if (ts.isIdentifier(node) && node.text === name && isReference(node)) found.push(node);
    });
  }
  return found;
}

function isReference(node: Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent) && parent.propertyName === node) return false;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  const { name, label } = parent as { name?: Node; label?: Node };
  return name !== node && label !== node;
}

/** Returns true if a use assigns the variable in any way. */
export function isWrite(node: Identifier): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return parent.left === node && isAssignment(parent.operatorToken.kind);
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    return [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(parent.operator);
  }
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  return isInPattern(node);
}

/** Returns true for a use in `[a, b] = pair` and `({ a } = pair)`. */
function isInPattern(node: Node): boolean {
  let inner = node;
  let parent: Node = node.parent;
  while (
    (ts.isShorthandPropertyAssignment(parent) && parent.objectAssignmentInitializer !== inner) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === inner) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent)
  ) {
    inner = parent;
    parent = parent.parent;
  }
  if (inner === node || !ts.isBinaryExpression(parent) || parent.left !== inner) return false;
  return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

function isAssignment(operator: SyntaxKind): boolean {
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
}

/** Returns true if an inner function uses a name, because that function may run at any time. */
export function isUsedLater(roots: readonly Node[], name: string, except: readonly Node[] = []): boolean {
  let found = false;
  for (const root of roots) {
    walkFrom(root, (node) => {
      if (found || except.includes(node)) return false;
      if (!ts.isFunctionLike(node)) return true;
      const isAround = except.some((one) => one.pos >= node.pos && one.end <= node.end);
      if (!isAround && identifiersIn(node).has(name)) found = true;
      return isAround;
    });
  }
  return found;
}

/** Returns true if a `catch` or `finally` around statements, within a scope, uses a name. */
export function isUsedOnFailure(statements: readonly Statement[], name: string, scope: Node): boolean {
  let inner: Node | undefined = statements[0];
  for (let around = inner?.parent; around && inner !== scope; inner = around, around = around.parent) {
    if (!ts.isTryStatement(around)) continue;
    const handlers: readonly (Node | undefined)[] =
      around.tryBlock === inner ? [around.catchClause, around.finallyBlock] : [around.finallyBlock];
    if (handlers.some((one) => one && one !== inner && identifiersIn(one).has(name))) return true;
  }
  return false;
}
