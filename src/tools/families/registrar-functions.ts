import type { Fact, Family, RegistrarFactory, RegistrarFunction } from '../family.js';
import type { FileContext } from '../file-context.js';
import {
  bare,
  type Expression,
  type FunctionLike,
  identifiersIn,
  isFunctionWithBody,
  isInlineFunction,
  type Node,
  ts,
  walk,
} from '../syntax/syntax.js';

/** Functions of the project that may register tools. They are read only if a person configured registrars. */
export const registrarFunctions: Family = {
  id: 'registrar function',
  appliesTo: ({ registrars }) => registrars.length > 0,
  visit: {
    assignment: readNamed,
    field: readNamed,
    function: readNamed,
    method: readNamed,
    property: readNamed,
    variable: readNamed,
  },
};

function readNamed(node: Node, { registrars }: FileContext): Fact[] {
  const registrar = readRegistrarFunction(node);
  const registrarFactory = readRegistrarFactory(node, registrars);
  return [...(registrar ? [{ registrar }] : []), ...(registrarFactory ? [{ registrarFactory }] : [])];
}

function readRegistrarFunction(node: Node): RegistrarFunction | undefined {
  const [named, fn] = namedFunction(node);
  if (!named || !fn) return undefined;
  const further = new Set<string>();
  walk(fn, (inner) => {
    if (isInlineFunction(inner)) for (const one of parametersOf(inner)) further.add(one);
  });
  const name = named.getText().replace(/^#/, '');
  return { name, parameters: parametersOf(fn), further, start: fn.getStart(), end: fn.end };
}

function parametersOf(fn: FunctionLike): Set<string> {
  return new Set(fn.parameters.flatMap((one) => [...identifiersIn(one.name).keys()]));
}

function readRegistrarFactory(node: Node, registrars: readonly string[]): RegistrarFactory | undefined {
  const [named, value] = namedValue(node);
  const registrar = named?.getText().replace(/^#/, '');
  const call = value && bare(value);
  if (!call || !registrar || !registrars.includes(registrar) || !ts.isCallExpression(call)) return undefined;
  const by = /[\w$]+$/.exec(call.expression.getText())?.[0];
  return by === undefined ? undefined : { registrar, by };
}

/** Reads `function f() {}`, methods, `const f = () => {}`, `{ f: () => {} }` and `x.f = () => {}`. */
function namedFunction(node: Node): readonly [name?: Node | undefined, fn?: FunctionLike | undefined] {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) {
    return isFunctionWithBody(node) ? [node.name, node] : [];
  }
  const [name, value] = namedValue(node);
  return [name, inlineFunction(value)];
}

function namedValue(node: Node): readonly [name?: Node | undefined, value?: Expression | undefined] {
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)) {
    return [node.name, node.initializer];
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return [];
  return [ts.isPropertyAccessExpression(node.left) ? node.left.name : node.left, node.right];
}

function inlineFunction(value: Expression | undefined): FunctionLike | undefined {
  const fn = value && bare(value);
  return fn && isInlineFunction(fn) ? fn : undefined;
}
