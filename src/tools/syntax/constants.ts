import { isShadowed } from './scope.js';
import {
  type ArrayLiteral,
  bare,
  type Expression,
  memberName,
  type ObjectLiteral,
  type SourceFile,
  ts,
} from './syntax.js';

/** Values of a file's `const`s, enums and static members. They are read without the type checker. */
export interface Constants {
  /** Every text, by the name in another file: `NAME`, `NAME.member`, `NAME.member.member`. */
  texts(): Map<string, string>;
  /** The text of an expression. Undefined if it is not a literal of this file. */
  text(expression: Expression): string | undefined;
  /** The object literal of an expression. */
  object(expression: Expression): ObjectLiteral | undefined;
  /** The array literal of an expression. */
  array(expression: Expression): ArrayLiteral | undefined;
}

export function readConstants(file: SourceFile): Constants {
  const values = new Map<string, Expression>();
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement) && statement.declarationList.flags & ts.NodeFlags.Const) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (ts.isIdentifier(name) && initializer) values.set(name.text, initializer);
      }
    } else if (ts.isEnumDeclaration(statement)) {
      for (const member of statement.members) {
        if (ts.isIdentifier(member.name) && member.initializer) {
          values.set(`${statement.name.text}.${member.name.text}`, member.initializer);
        }
      }
    } else if (ts.isClassDeclaration(statement) && statement.name) {
      for (const member of statement.members) {
        const isStatic = ts.canHaveModifiers(member)
          ? ts.getModifiers(member)?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword)
          : false;
        if (
          isStatic &&
          ts.isPropertyDeclaration(member) &&
          ts.isIdentifier(member.name) &&
          member.initializer
        ) {
          values.set(`${statement.name.text}.${member.name.text}`, member.initializer);
        }
      }
    }
  }

  // A constant may refer to another one. A cycle (`const a = b; const b = a`) ends the search.
  const resolve = (expression: Expression, seen: ReadonlySet<string>): Expression | undefined => {
    const node = bare(expression);
    if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return node;
    const key = node.getText(file);
    if (seen.has(key)) return undefined;
    const [root = ''] = key.split('.');
    if (isShadowed(root, node)) return undefined;
    const known = values.get(key);
    if (known) return resolve(known, new Set(seen).add(key));
    if (!ts.isPropertyAccessExpression(node)) return undefined;
    const owner = resolve(node.expression, new Set(seen).add(key));
    if (!owner || !ts.isObjectLiteralExpression(owner)) return undefined;
    for (const member of owner.properties) {
      if (
        ts.isPropertyAssignment(member) &&
        (ts.isIdentifier(member.name) || ts.isStringLiteralLike(member.name)) &&
        member.name.text === node.name.text
      ) {
        return resolve(member.initializer, new Set(seen).add(key));
      }
    }
    return undefined;
  };

  const text = (expression: Expression): string | undefined => {
    const node = resolve(expression, new Set());
    if (!node) return undefined;
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      const left = text(node.left);
      const right = text(node.right);
      return left === undefined || right === undefined ? undefined : left + right;
    }
    if (ts.isTemplateExpression(node)) {
      let result = node.head.text;
      for (const span of node.templateSpans) {
        const value = text(span.expression);
        if (value === undefined) return undefined;
        result += value + span.literal.text;
      }
      return result;
    }
    return undefined;
  };

  const texts = (): Map<string, string> => {
    const found = new Map<string, string>();
    const add = (key: string, value: Expression, depth: number) => {
      const node = bare(value);
      const own = text(node);
      if (own !== undefined) found.set(key, own);
      if (depth === 0 || !ts.isObjectLiteralExpression(node)) return;
      for (const member of node.properties) {
        const name = ts.isPropertyAssignment(member) && memberName(member.name);
        if (name) add(`${key}.${name}`, member.initializer, depth - 1);
      }
    };
    for (const [key, value] of values) add(key, value, 2);
    return found;
  };

  return {
    texts,
    text,
    object(expression) {
      const node = resolve(expression, new Set());
      return node && ts.isObjectLiteralExpression(node) ? node : undefined;
    },
    array(expression) {
      const node = resolve(expression, new Set());
      return node && ts.isArrayLiteralExpression(node) ? node : undefined;
    },
  };
}
