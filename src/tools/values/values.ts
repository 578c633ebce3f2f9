import { scopeOf } from '../syntax/scope.js';
import {
  bare,
  type CallExpression,
  type Expression,
  type FunctionLike,
  type Identifier,
  isFunctionWithBody,
  memberName,
  memberOf,
  type Node,
  type ObjectLiteral,
  type SourceFile,
  ts,
  walk,
} from '../syntax/syntax.js';
import { bindingPath, type Step } from './bindings.js';
import { type Exported, exportsOf, importedName, type Trees } from './modules.js';

/**
 * The possible values of an expression: literals, functions and classes. They are found through constants, loops,
 * calls and imports of the project. An empty list means a missing member. Undefined: unknown.
 */
export type Values = readonly Node[] | undefined;

/** The number of steps after which the search stops. */
const MOST_STEPS = 24;

/** With more values, the search stops: larger lists cost time and add no information. */
const MOST_VALUES = 400;

export class ValueReader {
  readonly #trees: Trees;

  constructor(trees: Trees) {
    this.#trees = trees;
  }

  /** Returns true if an import leads to a source of the project. */
  isOfProject(file: SourceFile, specifier: string): boolean {
    return this.#trees.imported(file, specifier) !== undefined;
  }

  valuesOf(expression: Expression, steps = 0): Values {
    if (steps > MOST_STEPS) return undefined;
    const node = bare(expression);
    if (ts.isAwaitExpression(node)) return this.valuesOf(node.expression, steps + 1);
    if (ts.isIdentifier(node)) return node.text === 'undefined' ? [node] : this.#ofName(node, steps + 1);
    if (ts.isConditionalExpression(node)) return this.#union([node.whenTrue, node.whenFalse], steps);
    if (ts.isBinaryExpression(node)) return this.#ofBinary(node, steps);
    if (ts.isCallExpression(node)) return this.#ofCall(node, steps + 1);
    const member = memberOf(node);
    if (member) return this.#ofMember(member.owner, member.name, steps + 1);
    if (ts.isElementAccessExpression(node)) {
      const owners = this.valuesOf(node.expression, steps + 1);
      return owners && this.#each(owners, (owner) => this.allIn(owner, steps + 1));
    }
    return [node];
  }

  /** The values of one member of a value. */
  member(node: Node, name: string, steps = 0): Values {
    if (steps > MOST_STEPS) return undefined;
    if (ts.isSourceFile(node)) return this.#exported(node, name, steps + 1);
    if (ts.isObjectLiteralExpression(node)) return this.#ofProperty(node, name, steps + 1);
    if (ts.isArrayLiteralExpression(node)) {
      const element = node.elements[Number(name)];
      return element && !ts.isSpreadElement(element) ? this.valuesOf(element, steps + 1) : undefined;
    }
    if (ts.isEnumDeclaration(node)) {
      const found = node.members.find((one) => one.name.getText() === name)?.initializer;
      return found && this.valuesOf(found, steps + 1);
    }
    if (ts.isClassLike(node)) {
      const found = node.members.find((one) => one.name?.getText() === name);
      if (found && ts.isMethodDeclaration(found)) return [found];
      return found && ts.isPropertyDeclaration(found) && found.initializer
        ? this.valuesOf(found.initializer, steps + 1)
        : undefined;
    }
    return undefined;
  }

  /** The values of all members or elements of a value. */
  allIn(node: Node, steps = 0): Values {
    if (steps > MOST_STEPS) return undefined;
    if (ts.isArrayLiteralExpression(node)) {
      return this.#each(node.elements, (element) => {
        if (!ts.isSpreadElement(element)) return this.valuesOf(element, steps + 1);
        const lists = this.valuesOf(element.expression, steps + 1);
        return lists && this.#each(lists, (list) => this.allIn(list, steps + 1));
      });
    }
    if (ts.isSourceFile(node)) return undefined;
    if (!ts.isObjectLiteralExpression(node)) return undefined;
    return this.#each(node.properties, (property) => {
      if (ts.isPropertyAssignment(property)) return this.valuesOf(property.initializer, steps + 1);
      if (ts.isShorthandPropertyAssignment(property)) return this.#ofName(property.name, steps + 1);
      if (ts.isMethodDeclaration(property)) return [property];
      if (!ts.isSpreadAssignment(property)) return undefined;
      const spread = this.valuesOf(property.expression, steps + 1);
      return spread && this.#each(spread, (one) => this.allIn(one, steps + 1));
    });
  }

  #each<T>(nodes: readonly T[], read: (node: T) => Values): Values {
    const found = new Set<Node>();
    for (const node of nodes) {
      const values = read(node);
      if (!values) return undefined;
      for (const value of values) found.add(value);
      if (found.size > MOST_VALUES) return undefined;
    }
    return [...found];
  }

  #union(expressions: readonly Expression[], steps: number): Values {
    return this.#each(expressions, (one) => this.valuesOf(one, steps + 1));
  }

  #ofBinary(
    node: Expression & { left: Expression; right: Expression; operatorToken: Node },
    steps: number,
  ): Values {
    const { kind } = node.operatorToken;
    const isEither =
      kind === ts.SyntaxKind.QuestionQuestionToken ||
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.AmpersandAmpersandToken;
    if (isEither) return this.#union([node.left, node.right], steps);
    if (kind === ts.SyntaxKind.CommaToken) return this.valuesOf(node.right, steps + 1);
    return kind === ts.SyntaxKind.EqualsToken ? this.valuesOf(node.right, steps + 1) : [node];
  }

  #ofMember(owner: Expression, name: string, steps: number): Values {
    const node = bare(owner);
    if (node.kind === ts.SyntaxKind.ThisKeyword) {
      let around: Node | undefined = node.parent;
      while (around && !ts.isClassLike(around)) around = around.parent;
      return around && this.member(around, name, steps);
    }
    const owners = this.valuesOf(node, steps);
    return owners && owners.length > 0
      ? this.#each(owners, (one) => this.member(one, name, steps))
      : undefined;
  }

  /** If a name occurs twice, the last member counts. A spread may contain a missing member. */
  #ofProperty(object: ObjectLiteral, name: string, steps: number): Values {
    for (const property of [...object.properties].reverse()) {
      if (ts.isSpreadAssignment(property)) {
        const spread = this.valuesOf(property.expression, steps);
        const each = spread?.map((one) => this.#inSpread(one, name, steps));
        // If only some of the spread values have the member, the result is unknown.
        if (each?.some((one) => one?.length === 0) && each.some((one) => one?.length !== 0)) return undefined;
        const found = spread && this.#each(spread, (one) => this.#inSpread(one, name, steps));
        if (!found || found.length > 0) return found;
        continue;
      }
      if (!property.name || memberName(property.name) !== name) {
        if (property.name && ts.isComputedPropertyName(property.name)) return undefined;
        continue;
      }
      if (ts.isPropertyAssignment(property)) return this.valuesOf(property.initializer, steps);
      if (ts.isShorthandPropertyAssignment(property)) return this.#ofName(property.name, steps);
      return ts.isMethodDeclaration(property) ? [property] : undefined;
    }
    return [];
  }

  #inSpread(node: Node, name: string, steps: number): Values {
    if (ts.isObjectLiteralExpression(node)) return this.#ofProperty(node, name, steps);
    return isNothing(node) ? [] : undefined;
  }

  #ofName(use: Identifier, steps: number): Values {
    if (steps > MOST_STEPS) return undefined;
    const scope = scopeOf(use.text, use);
    if (!scope) return undefined;
    if (ts.isSourceFile(scope)) {
      const imported = importedName(scope, use.text);
      if (imported) return this.#imported(scope, imported.specifier, imported.name, steps);
    }
    const declared = declarationIn(scope, use.text);
    return declared && this.#declared(declared, use.text, steps);
  }

  #declared(node: Node, name: string, steps: number): Values {
    if (ts.isFunctionDeclaration(node) || ts.isClassLike(node) || ts.isEnumDeclaration(node)) return [node];
    const isLoop = ts.isForOfStatement(node.parent?.parent ?? node);
    if (ts.isVariableDeclaration(node) && !isLoop) {
      if (!(node.parent.flags & ts.NodeFlags.Const) || !node.initializer || isFilledLater(node))
        return undefined;
      const path = bindingPath(node.name, name);
      const values = path && this.valuesOf(node.initializer, steps + 1);
      return values && this.#along(values, path, steps + 1);
    }
    const binding = (node as { name?: Parameters<typeof bindingPath>[0] }).name;
    const list = ts.isVariableDeclaration(node)
      ? (node.parent.parent as unknown as { expression: Expression }).expression
      : listOf(node);
    const path = binding && bindingPath(binding, name);
    return list && path && this.#inLoop(list, path, steps + 1);
  }

  /** The values of a loop's variable, or of a part of it. */
  #inLoop(list: Expression, path: readonly Step[], steps: number): Values {
    const node = bare(list);
    const [first, ...rest] = path;
    const [, method] = ts.isCallExpression(node)
      ? (/^Object\.(entries|values|keys)$/.exec(node.expression.getText()) ?? [])
      : [];
    const argument = method && ts.isCallExpression(node) ? node.arguments[0] : undefined;
    if (argument) {
      if (method === 'keys' || (method === 'entries' && first !== 1)) return undefined;
      const objects = this.valuesOf(argument, steps);
      const members = objects && this.#each(objects, (one) => this.allIn(one, steps));
      return members && this.#along(members, method === 'entries' ? rest : path, steps);
    }
    const source = sourceList(node);
    if (source) return this.#inLoop(source, path, steps);
    const lists = this.valuesOf(node, steps);
    const elements = lists && this.#each(lists, (one) => this.allIn(one, steps));
    return elements && this.#along(elements, path, steps);
  }

  #along(values: readonly Node[], path: readonly Step[], steps: number): Values {
    const [step, ...rest] = path;
    if (step === undefined) return values;
    const next = this.#each(values, (one) => this.member(one, String(step), steps));
    return next && this.#along(next, rest, steps);
  }

  #imported(file: SourceFile, specifier: string, name: string, steps: number): Values {
    const target = this.#trees.imported(file, specifier);
    if (!target) return undefined;
    return name === '*' ? [target] : this.#exported(target, name, steps);
  }

  #exported(file: SourceFile, name: string, steps: number): Values {
    if (steps > MOST_STEPS) return undefined;
    for (const exported of exportsOf(file, name)) {
      const values = this.#ofExport(file, exported, name, steps + 1);
      if (values) return values;
    }
    return undefined;
  }

  #ofExport(file: SourceFile, exported: Exported, name: string, steps: number): Values {
    if (!exported) return undefined;
    if ('from' in exported) return this.#imported(file, exported.from, exported.name, steps);
    const { node } = exported;
    if (ts.isVariableDeclaration(node)) return this.#declared(node, name, steps);
    if (ts.isFunctionDeclaration(node) || ts.isClassLike(node) || ts.isEnumDeclaration(node)) return [node];
    return ts.isExpression(node) ? this.valuesOf(node, steps) : undefined;
  }

  #ofCall(call: CallExpression, steps: number): Values {
    const callee = call.expression.getText();
    const [first] = call.arguments;
    if (/^Object\.freeze$/.test(callee) && first) return this.valuesOf(first, steps);
    if (/(^|\.)traceMcpTool$/.test(callee) && call.arguments[3])
      return this.valuesOf(call.arguments[3], steps);
    if (isSchemaMaker(call)) return [call];
    if (ts.isPropertyAccessExpression(call.expression)) {
      const { name, expression } = call.expression;
      if (name.text === 'bind') return this.valuesOf(expression, steps);
      if (name.text === 'get') return this.#inMap(expression, steps);
    }
    const functions = this.valuesOf(call.expression, steps);
    if (!functions || functions.length === 0 || !functions.every(isFunctionWithBody)) return undefined;
    return this.#each(functions, (fn) => this.#returned(fn as FunctionLike, call, steps));
  }

  /** All values of a `new Map([[key, value], …])`. */
  #inMap(map: Expression, steps: number): Values {
    const maps = this.valuesOf(map, steps);
    if (!maps || maps.length === 0) return undefined;
    return this.#each(maps, (one) => {
      const [given] =
        ts.isNewExpression(one) && one.expression.getText() === 'Map' ? (one.arguments ?? []) : [];
      const lists = given && this.valuesOf(given, steps + 1);
      const pairs = lists && this.#each(lists, (list) => this.allIn(list, steps + 1));
      return pairs && this.#each(pairs, (pair) => this.member(pair, '1', steps + 1));
    });
  }

  /** The return values of a project's function for a call. */
  #returned(fn: FunctionLike, call: CallExpression, steps: number): Values {
    if (steps > MOST_STEPS || fn.asteriskToken) return undefined;
    const results = returnedBy(fn);
    if (results.length === 0) return undefined;
    return this.#each(results, (result) => {
      const node = bare(result);
      const index = ts.isIdentifier(node)
        ? fn.parameters.findIndex((one) => ts.isIdentifier(one.name) && one.name.text === node.text)
        : -1;
      if (index === -1) return this.valuesOf(result, steps + 1);
      const given = call.arguments[index];
      return given && !ts.isSpreadElement(given) ? this.valuesOf(given, steps + 1) : undefined;
    });
  }
}

function returnedBy(fn: FunctionLike): Expression[] {
  const { body } = fn;
  if (!body) return [];
  if (!ts.isBlock(body)) return [body];
  const found: Expression[] = [];
  walk(body, (node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    return true;
  });
  return found;
}

/** Returns true if a list or an object gets members later: `list.push(…)`, `tools[name] = …`. */
function isFilledLater(node: Node & { name: Node }): boolean {
  if (!ts.isIdentifier(node.name)) return false;
  const name = node.name.text.replaceAll('$', '\\$');
  const fills = String.raw`\.(?:push|unshift|splice|set)\(|(?:\.[\w$]+|\[[^\]\n]{1,200}\])\s*=[^=]`;
  return new RegExp(`(?<![\\w$.])${name}(?:${fills})|Object\\.assign\\(\\s*${name}\\b`).test(
    node.getSourceFile().text,
  );
}

/** Returns true for a call of a schema library: `z.object({ … })`, `z.string().optional()`. */
function isSchemaMaker(call: CallExpression): boolean {
  return /^(z|zod|v|s|t|Type|type)\.\w/.test(call.expression.getText());
}

/** Returns true for `undefined`, `null`, `false` and similar. Spreading such a value adds nothing. */
export function isNothing(node: Node): boolean {
  return (
    (ts.isIdentifier(node) && node.text === 'undefined') ||
    node.kind === ts.SyntaxKind.NullKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    ts.isVoidExpression(node)
  );
}

/** Returns the list from which another list takes its elements: `list` in `list.filter(…)`. */
function sourceList(node: Expression): Expression | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { name, expression } = node.expression;
  return /^(filter|slice|toSorted|sort|reverse|toReversed|values)$/.test(name.text) ? expression : undefined;
}

/** Returns `list` in `list.forEach(callback)` for the callback's first parameter. */
function listOf(parameter: Node): Expression | undefined {
  const callback = parameter.parent;
  if (!callback || !ts.isFunctionLike(callback) || callback.parameters[0] !== parameter) return undefined;
  const call = callback.parent;
  if (!call || !ts.isCallExpression(call) || call.arguments[0] !== callback) return undefined;
  if (!ts.isPropertyAccessExpression(call.expression)) return undefined;
  const { name, expression } = call.expression;
  return /^(forEach|map|flatMap)$/.test(name.text) ? expression : undefined;
}

/** Returns the declaration of a name in its scope: a statement, a variable or a parameter. */
export function declarationIn(scope: Node, name: string): Node | undefined {
  if (ts.isFunctionLike(scope)) {
    return scope.parameters.find((one) => bindingPath(one.name, name) !== undefined);
  }
  if (ts.isForOfStatement(scope) && ts.isVariableDeclarationList(scope.initializer)) {
    return scope.initializer.declarations[0];
  }
  const statements = ts.isCaseBlock(scope)
    ? scope.clauses.flatMap((clause) => [...clause.statements])
    : ts.isBlock(scope) || ts.isSourceFile(scope)
      ? scope.statements
      : [];
  for (const statement of statements) {
    if (ts.isVariableStatement(statement)) {
      const found = statement.declarationList.declarations.find(
        (one) => bindingPath(one.name, name) !== undefined,
      );
      if (found) return found;
    } else if ((statement as { name?: Node }).name?.getText() === name) return statement;
  }
  return undefined;
}
