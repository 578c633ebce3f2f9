import { isWrite, referencesIn } from '../syntax/references.js';
import { scopeOf } from '../syntax/scope.js';
import { bare, type Expression, type Identifier, type Node, ts } from '../syntax/syntax.js';
import { declarationIn } from '../values/values.js';

/** A variable that statements assign, but that is declared outside them. */
export interface OuterVariable {
  readonly name: string;
  readonly scope: Node;
  /** Source text of its type, if it has one. */
  readonly type?: string;
  readonly initializer?: Expression;
  /** TypeScript infers its type from its assignments. To read it inside a function would be an error. */
  readonly isEvolving: boolean;
  /** No assignment narrows its type, so it has the same type inside a function. */
  readonly isOfOneType: boolean;
  /** Types do not matter. */
  readonly isJavaScript: boolean;
}

export function outerVariable(name: string, at: Node): OuterVariable | undefined {
  const scope = scopeOf(name, at);
  const declared = scope && declarationIn(scope, name);
  if (!scope || !declared || !(ts.isVariableDeclaration(declared) || ts.isParameter(declared)))
    return undefined;
  if (!ts.isIdentifier(declared.name)) return undefined;
  const { initializer } = declared;
  const type = declared.type?.getText();
  const isJavaScript = /\.[cm]?jsx?$/.test(at.getSourceFile().fileName);
  const isEvolving = !isJavaScript && type === undefined && isEmpty(initializer, true);
  return {
    name,
    scope,
    ...(type === undefined ? {} : { type }),
    ...(initializer ? { initializer } : {}),
    isEvolving,
    isOfOneType:
      isJavaScript ||
      (!isEvolving &&
        (type === undefined
          ? hasOneType(initializer)
          : isSingleType(type) || isDeclaredHere(type, at) || startsEmpty(declared, at))),
    isJavaScript,
  };
}

function isEmpty(value: Expression | undefined, orList = false): boolean {
  const node = value && bare(value);
  if (!node || node.kind === ts.SyntaxKind.NullKeyword) return true;
  if (ts.isIdentifier(node)) return node.text === 'undefined';
  return orList && ts.isArrayLiteralExpression(node) && node.elements.length === 0;
}

/** Returns true for types that are surely not a union. */
function isSingleType(type: string): boolean {
  return (
    /^(string|number|boolean|bigint|unknown|any|object|Response)$/.test(type) ||
    /^(Array|ReadonlyArray|Record|Map|Set)<.*>$/s.test(type) ||
    /^([\w.$]+|\([^()]*\)|\{[^{}]*\})(\[\])+$/.test(type) ||
    /^\{[^{}]*\}$/s.test(type)
  );
}

/** Returns true for an interface or a class of the same file. */
function isDeclaredHere(type: string, at: Node): boolean {
  return at
    .getSourceFile()
    .statements.some(
      (one) => (ts.isInterfaceDeclaration(one) || ts.isClassDeclaration(one)) && one.name?.text === type,
    );
}

/** Returns true if TypeScript infers a type from the value that is not a union. */
function hasOneType(value: Expression | undefined): boolean {
  const node = value && bare(value);
  if (!node) return false;
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateExpression(node) ||
    ts.isNumericLiteral(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    ts.isArrayLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isNewExpression(node)
  );
}

/** Returns true for `let x: T | null = null` without an assignment yet. The code after it expects both types. */
function startsEmpty(declared: Node & { type?: Node; initializer?: Expression }, at: Node): boolean {
  if (!ts.isVariableDeclaration(declared) || !isEmpty(declared.initializer)) return false;
  const type = declared.type;
  if (!type || !ts.isUnionTypeNode(type) || type.types.length !== 2) return false;
  if (!type.types.some((one) => /^(null|undefined)$/.test(one.getText()))) return false;
  const name = declared.name.getText();
  const before = referencesIn([declared.parent.parent.parent], name).filter(
    (one) => one.getStart() > declared.end && one.getStart() < at.getStart() && isWrite(one),
  );
  return before.every((one) => isInOtherArm(one, at));
}

/** Returns true if two places are in different arms of a `switch` or `if`, so only one of them runs. */
function isInOtherArm(one: Node, at: Node): boolean {
  let around: Node | undefined = one.parent;
  let arm: Node = one;
  while (around && !(around.pos <= at.pos && at.end <= around.end)) {
    arm = around;
    around = around.parent;
  }
  if (!around) return false;
  if (ts.isCaseBlock(around)) return true;
  return ts.isIfStatement(around) && arm !== around.expression;
}

/** Returns true if a use of the variable has the same type inside a function. */
export function readsTheSame(variable: OuterVariable, use: Identifier): boolean {
  return variable.isOfOneType || (!variable.isEvolving && expectsAnything(use));
}

/** Returns true for a use that accepts a missing value: `x ?? y`, `!x`, `if (x)`, `x === y`, `x?.y`. */
function expectsAnything(use: Node): boolean {
  const { parent } = use;
  if (ts.isParenthesizedExpression(parent)) return expectsAnything(parent);
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isPropertyAccessExpression(parent)) return parent.questionDotToken !== undefined;
  if (ts.isTypeOfExpression(parent) || ts.isTemplateSpan(parent)) return true;
  if (ts.isIfStatement(parent)) return parent.expression === use;
  if (ts.isConditionalExpression(parent)) return parent.condition === use;
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  const joins = [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken];
  const compares = [
    ts.SyntaxKind.EqualsEqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsEqualsToken,
    ts.SyntaxKind.EqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsToken,
  ];
  return compares.includes(kind) || (joins.includes(kind) && parent.left === use);
}
