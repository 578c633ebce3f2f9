import {
  type Expression,
  memberOf,
  type Node,
  type ParameterDeclaration,
  ts,
  walkFrom,
} from '../syntax/syntax.js';

/** Source texts of a called tool's name and arguments, if variables or members hold them. */
export interface RequestParts {
  readonly name?: string;
  readonly args?: string;
  /** The request, or its `params`. */
  readonly whole?: string;
  /** The request with the compared method. */
  readonly message?: string;
}

/** The parts in the first parameter of a `CallToolRequestSchema` handler: `request`, `{ params }`, … */
export function partsOfParameter(parameter: ParameterDeclaration | undefined): RequestParts | undefined {
  if (!parameter || parameter.dotDotDotToken) return undefined;
  if (ts.isIdentifier(parameter.name)) {
    const request = parameter.name.text;
    return { name: `${request}.params.name`, args: `${request}.params.arguments`, whole: request };
  }
  if (!ts.isObjectBindingPattern(parameter.name)) return undefined;
  const params = parameter.name.elements.find((one) => (one.propertyName ?? one.name).getText() === 'params');
  if (!params) return undefined;
  if (ts.isIdentifier(params.name)) {
    return {
      name: `${params.name.text}.name`,
      args: `${params.name.text}.arguments`,
      whole: params.name.text,
    };
  }
  const bound = bindingsOf(params.name);
  const name = bound.get('name');
  return name ? { name, ...withArgs(bound.get('arguments')) } : undefined;
}

/** The parts in a parameter that gets the `params` of a call: `({ name, arguments: args }) => …`. */
export function partsOfParams(parameter: ParameterDeclaration | undefined): RequestParts {
  if (!parameter || !ts.isObjectBindingPattern(parameter.name)) return {};
  const bound = bindingsOf(parameter.name);
  const name = bound.get('name');
  const args = bound.get('arguments');
  return name && args ? { name, args } : (partsOfParameter(parameter) ?? {});
}

/** The local variables with the tool's name and arguments: `const { name, arguments: args } = params`. */
export function partsIn(region: readonly Node[]): RequestParts {
  let name: string | undefined;
  let args: string | undefined;
  let whole: string | undefined;
  let holder: string | undefined;
  const look = (node: Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (!ts.isVariableDeclaration(node) || !node.initializer) return true;
    if (ts.isObjectBindingPattern(node.name)) {
      const bound = bindingsOf(node.name);
      const isBoth = bound.has('name') && (bound.has('arguments') || bound.has('args'));
      if (!isBoth && !/\bparams!?$/.test(node.initializer.getText())) return true;
      name ??= bound.get('name');
      args ??= bound.get('arguments') ?? bound.get('args');
      if (isPath(node.initializer)) whole ??= node.initializer.getText();
    } else if (ts.isIdentifier(node.name)) {
      const read = memberRead(node.initializer);
      if (read?.member === 'name') name ??= node.name.text;
      if (read?.member === 'arguments') args ??= node.name.text;
      if (read?.member === 'params') whole ??= node.name.text;
      if ((read?.member === 'name' || read?.member === 'arguments') && read.owner) holder ??= read.owner;
    }
    return true;
  };
  for (const node of region) walkFrom(node, look);
  const request = whole ?? holder;
  return { ...(name ? { name } : {}), ...withArgs(args), ...(request ? { whole: request } : {}) };
}

function withArgs(args: string | undefined): { args?: string } {
  return args ? { args } : {};
}

function bindingsOf(pattern: { elements: readonly Node[] }): Map<string, string> {
  const bound = new Map<string, string>();
  for (const element of pattern.elements) {
    if (!ts.isBindingElement(element) || !ts.isIdentifier(element.name)) continue;
    bound.set((element.propertyName ?? element.name).getText(), element.name.text);
  }
  return bound;
}

/** Returns the member `name` and its owner `params` for `params?.name ?? ''` or `(params as Y).name as string`. */
function memberRead(expression: Expression): { member: string; owner: string | undefined } | undefined {
  let node: Node = expression;
  for (;;) {
    if (ts.isBinaryExpression(node)) node = node.left;
    else if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) {
      node = node.expression;
    } else break;
  }
  const read = ts.isExpression(node) ? memberOf(node) : undefined;
  if (!read) return undefined;
  return { member: read.name, owner: isPath(read.owner) ? read.owner.getText() : undefined };
}

/** The text of a member chain in one form: `params.name` for `params?.['name']` and `params!.name`. */
export function chainText(node: Node): string {
  return node
    .getText()
    .replace(/(?:\?\.)?\[(['"])([A-Za-z_]\w{0,100})\1\]/g, '.$2')
    .replace(/[?!]\./g, '.');
}

/** Returns true for identifiers and member chains, which can be read twice. */
export function isPath(node: Node): boolean {
  if (ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (ts.isPropertyAccessExpression(node)) return isPath(node.expression);
  return ts.isAsExpression(node) || ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)
    ? isPath(node.expression)
    : false;
}
