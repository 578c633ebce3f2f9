import {
  bare,
  type Expression,
  type FunctionLike,
  type Identifier,
  identifiersIn,
  isFunctionWithBody,
  isInlineFunction,
  type Node,
  type Statement,
  ts,
} from './syntax.js';

/** Returns the function of an expression: a function in place, a function of this file, or a method of the class. */
export function functionOf(expression: Expression): FunctionLike | undefined {
  const node = bare(expression);
  if (isInlineFunction(node)) return node;
  if (ts.isIdentifier(node)) return declared(node);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    return node.expression.name.text === 'bind' ? functionOf(node.expression.expression) : undefined;
  }
  if (!ts.isPropertyAccessExpression(node) || node.expression.kind !== ts.SyntaxKind.ThisKeyword)
    return undefined;
  let around = node.parent as typeof node.parent | undefined;
  while (around && !ts.isClassLike(around)) around = around.parent;
  const member = around?.members.find((one) => one.name?.getText() === node.name.text);
  if (member && isFunctionWithBody(member)) return member;
  return member && ts.isPropertyDeclaration(member) && member.initializer
    ? functionOf(member.initializer)
    : undefined;
}

/** Returns the nearest function with that name. Undefined if a parameter has the name. */
function declared(use: Identifier): FunctionLike | undefined {
  for (let around: Node | undefined = use.parent; around; around = around.parent) {
    if (ts.isFunctionLike(around)) {
      if (around.parameters.some((one) => identifiersIn(one.name).has(use.text))) return undefined;
    } else if (ts.isBlock(around) || ts.isSourceFile(around)) {
      const found = functionAmong(around.statements, use.text);
      if (found) return found;
    }
  }
  return undefined;
}

function functionAmong(statements: readonly Statement[], name: string): FunctionLike | undefined {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) {
      return isFunctionWithBody(statement) ? statement : undefined;
    }
    if (!ts.isVariableStatement(statement)) continue;
    for (const one of statement.declarationList.declarations) {
      const value = one.name.getText() === name && one.initializer ? bare(one.initializer) : undefined;
      if (value && isInlineFunction(value)) return value;
    }
  }
  return undefined;
}
