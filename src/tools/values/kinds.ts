import { scopeOf } from '../syntax/scope.js';
import {
  bare,
  type Expression,
  isFunctionWithBody,
  type Node,
  type ObjectLiteral,
  type ParameterDeclaration,
  ts,
} from '../syntax/syntax.js';
import { declarationIn, isNothing, type ValueReader, type Values } from './values.js';

/** The kind of an expression's value at run time. `other` is a value that is surely not a function. */
export type Kind = 'function' | 'text' | 'object' | 'nothing' | 'other' | 'unknown';

/** The possible kinds of an expression's value. */
export function kindsOf(expression: Expression, values: ValueReader): ReadonlySet<Kind> {
  const found = values.valuesOf(expression);
  if (found) return new Set(found.length === 0 ? ['nothing'] : found.map(kindOfValue));
  return new Set([kindByType(expression)]);
}

/** Returns true if the value is a function. Undefined: unknown. */
export function isFunctionValue(expression: Expression, values: ValueReader): boolean | undefined {
  const kinds = kindsOf(expression, values);
  if (kinds.has('unknown')) return undefined;
  if (!kinds.has('function')) return false;
  // A handler that may be missing still counts as a function.
  return [...kinds].every((kind) => kind === 'function' || kind === 'nothing') ? true : undefined;
}

/** The object literals among values. Undefined if a value may be something else. */
export function objectsOf(values: Values): readonly ObjectLiteral[] | undefined {
  return values && values.length > 0 && values.every(ts.isObjectLiteralExpression) ? values : undefined;
}

function kindOfValue(node: Node): Kind {
  if (isFunctionWithBody(node)) return 'function';
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return 'text';
  if (ts.isBinaryExpression(node)) return isText(node) ? 'text' : 'unknown';
  if (ts.isObjectLiteralExpression(node) || ts.isCallExpression(node)) return 'object';
  if (isNothing(node)) return 'nothing';
  const isOther =
    ts.isArrayLiteralExpression(node) ||
    ts.isNumericLiteral(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isSourceFile(node) ||
    ts.isPrefixUnaryExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword;
  return isOther ? 'other' : 'unknown';
}

function isText(node: Node): boolean {
  if (!ts.isBinaryExpression(node)) return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
  return node.operatorToken.kind === ts.SyntaxKind.PlusToken && (isText(node.left) || isText(node.right));
}

/** Infers the kind from a written type. */
function kindByType(expression: Expression): Kind {
  const node = bare(expression);
  const isJoined =
    ts.isCallExpression(node) &&
    /\.(join|replace|replaceAll|trim|concat|toString|slice)$/.test(node.expression.getText());
  if (isJoined) return 'text';
  if (!ts.isIdentifier(node)) return 'unknown';
  const scope = scopeOf(node.text, node);
  const declared = scope && declarationIn(scope, node.text);
  const { type } = (declared ?? {}) as Partial<Pick<ParameterDeclaration, 'type'>>;
  if (!type) return 'unknown';
  if (ts.isFunctionTypeNode(type)) return 'function';
  if (type.kind === ts.SyntaxKind.StringKeyword) return 'text';
  const written = type.getText();
  if (/^(\w+\.)?\w*(Callback|Handler|Fn|Function)(<|$)/.test(written)) return 'function';
  return /^(\w+\.)?\w*(Annotations|Shape|RawShape|Schema|Options|Record)(<|$)|^\{/.test(written)
    ? 'object'
    : 'unknown';
}
