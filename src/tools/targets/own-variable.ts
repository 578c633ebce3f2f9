import type { Declaration } from '../site.js';
import { scopeOf } from '../syntax/scope.js';
import {
  bare,
  type Expression,
  identifiersIn,
  type Node,
  type Statement,
  type SyntaxKind,
  ts,
  type VariableDeclaration,
  walkFrom,
} from '../syntax/syntax.js';
import { declarationIn } from '../values/values.js';

/**
 * Where statements that set a variable can declare one of their own by that name: they set it before they read it, in a
 * statement that is always reached. undefined where another type could come of it.
 */
export function ownVariable(statements: readonly Statement[], name: string): Declaration | undefined {
  const first = statements.find((one) => identifiersIn(one).has(name));
  if (!first || !ts.isExpressionStatement(first)) return undefined;
  const { expression } = first;
  if (!ts.isBinaryExpression(expression) || !ts.isIdentifier(expression.left)) return undefined;
  if (expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined;
  if (expression.left.text !== name || identifiersIn(expression.right).has(name)) return undefined;
  const outer = outerVariable(name, first);
  if (!outer) return undefined;
  const writes = statements.reduce((sum, one) => sum + writesIn(one, name), 0);
  const type = outer.type?.getText();
  const isKnown = type !== undefined || writes === 1 || isPrimitive(outer.initializer) || isJavaScript(first);
  if (!isKnown || type?.includes('\n')) return undefined;
  const { left } = expression;
  return {
    start: left.getStart(),
    end: left.end,
    keyword: writes === 1 ? 'const' : 'let',
    ...(type === undefined ? {} : { type }),
  };
}

/**
 * Whether a variable has a value before the statements and a type that no assignment narrows: then it can be set inside
 * of a function.
 */
export function isOfOneType(at: Node, name: string): boolean {
  const outer = outerVariable(name, at);
  if (!outer) return false;
  if (isJavaScript(at)) return true;
  const type = outer.type?.getText();
  if (type !== undefined)
    return outer.initializer !== undefined && /^(string|number|unknown|any)$/.test(type);
  const value = outer.initializer && bare(outer.initializer);
  return value !== undefined && (ts.isStringLiteralLike(value) || ts.isNumericLiteral(value));
}

function outerVariable(name: string, at: Node): VariableDeclaration | undefined {
  const scope = scopeOf(name, at);
  const declared = scope && declarationIn(scope, name);
  return declared && ts.isVariableDeclaration(declared) && ts.isIdentifier(declared.name)
    ? declared
    : undefined;
}

/** A text, number or boolean: what else is assigned later has the same type. */
function isPrimitive(value: Expression | undefined): boolean {
  const node = value && bare(value);
  if (!node) return false;
  const isBoolean = node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
  return isBoolean || ts.isStringLiteralLike(node) || ts.isNumericLiteral(node);
}

function isJavaScript(node: Node): boolean {
  return /\.[cm]?jsx?$/.test(node.getSourceFile().fileName);
}

/** How often a variable is assigned, in whatever way. */
function writesIn(root: Node, name: string): number {
  let count = 0;
  const isName = (node: Node) => ts.isIdentifier(node) && node.text === name;
  walkFrom(root, (node) => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
      const isPattern = ts.isArrayLiteralExpression(node.left) || ts.isObjectLiteralExpression(node.left);
      if (isName(node.left) || (isPattern && identifiersIn(node.left).has(name))) count += 1;
    }
    if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isName(node.operand)) {
      const steps = [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken];
      if (steps.includes(node.operator)) count += 1;
    }
    if (ts.isForOfStatement(node) && isName(node.initializer)) count += 1;
  });
  return count;
}

function isAssignment(operator: SyntaxKind): boolean {
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
}
