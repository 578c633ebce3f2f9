import type { NewValue, Use } from '../site.js';
import { isUsedLater, isUsedOnFailure, isWrite, referencesIn } from '../syntax/references.js';
import {
  bare,
  type Expression,
  type Identifier,
  identifiersIn,
  type Node,
  type Statement,
  ts,
} from '../syntax/syntax.js';
import { type OuterVariable, readsTheSame } from './outer-variable.js';

/** Names for a variable that replaces an outer one. The first unused name is taken. */
export function newNames(name: string): readonly string[] {
  const rest = name.charAt(0).toUpperCase() + name.slice(1);
  return [`new${rest}`, `next${rest}`];
}

/**
 * Plans a new variable for statements that assign an outer variable. Undefined if that could change the code's
 * behaviour or its types.
 */
export function newValue(statements: readonly Statement[], outer: OuterVariable): NewValue | undefined {
  const uses = referencesIn(statements, outer.name);
  const taken = new Set(statements.flatMap((one) => [...identifiersIn(one).keys()]));
  const name = newNames(outer.name).find((one) => !taken.has(one));
  if (name === undefined || !isUnshared(statements, outer) || uses.some(isRepeated)) return undefined;
  const first = firstAssignment(statements, uses);
  if (first) {
    const before = uses.filter((one) => one.getStart() > first.end && one.end <= first.value.end);
    const declaration = declarationOf(first, uses, outer);
    if (!before.every((one) => !isWrite(one) && readsTheSame(outer, one))) return undefined;
    const renamed = uses.filter((one) => !before.includes(one)).map(useOf);
    if (declaration) return { name, uses: renamed, by: declaration };
    return before.length === 0 ? { name, uses: renamed, by: 'nothing' } : undefined;
  }
  return outer.isOfOneType ? { name, uses: uses.map(useOf), by: 'copy' } : undefined;
}

/** Returns true if no other code can see the variable while the statements run. */
function isUnshared(statements: readonly Statement[], { name, scope }: OuterVariable): boolean {
  return (
    !isUsedLater(statements, name) &&
    !isUsedLater([scope], name, statements) &&
    !isUsedOnFailure(statements, name, scope)
  );
}

function useOf(node: Identifier): Use {
  const isMember = ts.isShorthandPropertyAssignment(node.parent);
  return { start: node.getStart(), end: node.end, ...(isMember ? { isMember } : {}) };
}

/** Returns true for `{ list: list }`. `remove` could not distinguish it from `{ list }`. */
function isRepeated({ parent, text }: Identifier): boolean {
  return ts.isPropertyAssignment(parent) && parent.name.getText() === text;
}

interface FirstAssignment {
  readonly start: number;
  /** The end of the variable's name. */
  readonly end: number;
  readonly value: Expression;
}

/** Finds `x = E;` if it is the first use of the variable and always runs. */
function firstAssignment(
  statements: readonly Statement[],
  [first]: readonly Identifier[],
): FirstAssignment | undefined {
  const assignment = first?.parent;
  if (!assignment || !ts.isBinaryExpression(assignment) || assignment.left !== first) return undefined;
  if (assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined;
  if (bare(assignment.right).getText() === first.text) return undefined;
  const isReached = statements.some((one) => one === assignment.parent);
  return isReached ? { start: first.getStart(), end: first.end, value: assignment.right } : undefined;
}

/** Plans the declaration for the first assignment. Undefined if it can't have the outer variable's type. */
function declarationOf(
  { start, end, value }: FirstAssignment,
  uses: readonly Identifier[],
  { name, type, initializer, isEvolving, isJavaScript }: OuterVariable,
): Exclude<NewValue['by'], string> | undefined {
  const keyword = uses.filter(isWrite).length === 1 ? 'const' : 'let';
  if (isJavaScript) return { start, end, keyword };
  if (isEvolving) return keyword === 'const' ? { start, end, keyword } : undefined;
  if (type !== undefined && !type.includes('\n')) return { start, end, keyword, type };
  const isPlain = type === undefined && (keyword === 'const' ? !isLiteral(value) : isPrimitive(initializer));
  return { start, end, keyword, ...(isPlain ? {} : { type: `typeof ${name}` }) };
}

/** Returns true if the value's type depends on the variable that it is assigned to. */
function isLiteral(value: Expression): boolean {
  const node = bare(value);
  return (
    ts.isObjectLiteralExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isConditionalExpression(node) ||
    ts.isBinaryExpression(node) ||
    ts.isFunctionLike(node)
  );
}

/** Returns true for a text, a number or a boolean. Values that are assigned later have the same type. */
function isPrimitive(value: Expression | undefined): boolean {
  const node: Node | undefined = value && bare(value);
  if (!node) return false;
  const isBoolean = node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
  return isBoolean || ts.isStringLiteralLike(node) || ts.isNumericLiteral(node);
}
