import type { NamedPlace } from '../site.js';
import type { Constants } from '../syntax/constants.js';
import {
  type BindingName,
  bare,
  type Expression,
  identifiersIn,
  isInlineFunction,
  lineOf,
  memberName,
  type Node,
  property,
  ts,
} from '../syntax/syntax.js';

/** A loop over a list. */
interface Loop {
  readonly variable: BindingName;
  readonly list: Expression;
}

/**
 * Returns the values of `name` in a loop over a list of the same file:
 * `for (const [name, handler] of [['a', f], ['b', g]])`, `Object.entries(TOOLS).forEach(([name, tool]) => …)`.
 */
export function namesInLoop(name: Expression, constants: Constants): NamedPlace[] {
  const node = bare(name);
  const root = ts.isPropertyAccessExpression(node) ? node.expression : node;
  const loop = ts.isIdentifier(root) ? loopAround(root, root.text) : undefined;
  if (!loop) return [];
  const keys = keysOf(loop, root.getText(), constants);
  if (keys) return keys;
  const elements = constants.array(loop.list)?.elements ?? [];
  return elements.flatMap((element) => {
    const value = partOf(element, loop.variable, node);
    const text = value && constants.text(value);
    return value && text !== undefined ? [{ name: text, line: lineOf(value) }] : [];
  });
}

function loopAround(use: Node, name: string): Loop | undefined {
  for (let around: Node | undefined = use.parent; around; around = around.parent) {
    if (ts.isForOfStatement(around) && ts.isVariableDeclarationList(around.initializer)) {
      const variable = around.initializer.declarations[0]?.name;
      if (variable && identifiersIn(variable).has(name)) return { variable, list: around.expression };
    } else if (
      isInlineFunction(around) &&
      around.parameters.some((one) => identifiersIn(one.name).has(name))
    ) {
      const [first] = around.parameters;
      const list = first && identifiersIn(first.name).has(name) ? listOf(around) : undefined;
      return first && list && { variable: first.name, list };
    }
  }
  return undefined;
}

/** Returns `list` in `list.forEach(callback)`. */
function listOf(callback: Node): Expression | undefined {
  const call = callback.parent;
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return undefined;
  const { name, expression } = call.expression;
  return name.text === 'forEach' || name.text === 'map' ? expression : undefined;
}

/** Returns the object's keys in `[name] of Object.entries(object)` and `name of Object.keys(object)`. */
function keysOf({ variable, list }: Loop, name: string, constants: Constants): NamedPlace[] | undefined {
  const call = bare(list);
  const [, method] = ts.isCallExpression(call)
    ? (/^Object\.(entries|keys)$/.exec(call.expression.getText()) ?? [])
    : [];
  if (!ts.isCallExpression(call) || !method) return undefined;
  const key = method === 'entries' && ts.isArrayBindingPattern(variable) ? variable.elements[0] : variable;
  const object = call.arguments[0] && constants.object(call.arguments[0]);
  if (!object || key?.getText() !== name) return [];
  return object.properties.flatMap((member) => {
    const text = member.name && memberName(member.name);
    return text === undefined ? [] : [{ name: text, line: lineOf(member) }];
  });
}

/** Returns the part of an element that `use` reads: all of it, a tuple position, or a member. */
function partOf(element: Expression, variable: BindingName, use: Expression): Expression | undefined {
  const node = bare(element);
  if (ts.isIdentifier(variable)) {
    if (ts.isIdentifier(use)) return node;
    return ts.isPropertyAccessExpression(use) && ts.isObjectLiteralExpression(node)
      ? property(node, use.name.text)
      : undefined;
  }
  if (!ts.isIdentifier(use)) return undefined;
  const at = variable.elements.findIndex(
    (one) => ts.isBindingElement(one) && one.name.getText() === use.text,
  );
  const bound = variable.elements[at];
  if (!bound || !ts.isBindingElement(bound)) return undefined;
  if (ts.isArrayBindingPattern(variable)) {
    return ts.isArrayLiteralExpression(node) ? node.elements[at] : undefined;
  }
  const key = (bound.propertyName ?? bound.name).getText();
  return ts.isObjectLiteralExpression(node) ? property(node, key) : undefined;
}
