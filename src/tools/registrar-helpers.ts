import type { Range, ToolSite } from './site.js';
import {
  bare,
  type Expression,
  type FunctionLike,
  identifiersIn,
  isFunctionWithBody,
  isInlineFunction,
  type Node,
  ts,
} from './syntax.js';

/** A function of the project that has the name of a registrar. */
export interface Helper extends Range {
  readonly registrar: string;
  readonly parameters: ReadonlySet<string>;
}

export function readHelper(node: Node, registrars: readonly string[]): Helper | undefined {
  if (registrars.length === 0) return undefined;
  const [name, fn] = namedFunction(node);
  const registrar = name?.getText().replace(/^#/, '');
  if (!fn || registrar === undefined || !registrars.includes(registrar)) return undefined;
  const parameters = new Set(fn.parameters.flatMap((one) => [...identifiersIn(one.name).keys()]));
  return { registrar, parameters, start: fn.getStart(), end: fn.end };
}

/** `function f() {}`, `f() {}` of a class or an object, `const f = () => {}`, `{ f: () => {} }`, `x.f = () => {}`. */
function namedFunction(node: Node): readonly [name?: Node | undefined, fn?: FunctionLike | undefined] {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) {
    return isFunctionWithBody(node) ? [node.name, node] : [];
  }
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)) {
    return [node.name, inlineFunction(node.initializer)];
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return [];
  const name = ts.isPropertyAccessExpression(node.left) ? node.left.name : node.left;
  return [name, inlineFunction(node.right)];
}

function inlineFunction(value: Expression | undefined): FunctionLike | undefined {
  const fn = value && bare(value);
  return fn && isInlineFunction(fn) ? fn : undefined;
}

/** `accountTool(name, …) { super.accountTool(name, …) }`: the call from outside is the tool's one place. */
export function handsOn(site: ToolSite, helpers: readonly Helper[]): boolean {
  return helpers.some((helper) => site.isShared && helper.registrar === site.registrar && isIn(site, helper));
}

/** Whether every tool that is given to the helper runs through a place in it that can be traced. */
export function tracesItself(helper: Helper, sites: readonly ToolSite[]): boolean {
  return sites.some((site) => {
    if (site.registrar === helper.registrar || !isIn(site, helper)) return false;
    const words = site.isShared && site.nameExpression?.match(/[\w$]+/g);
    return words ? words.some((word) => helper.parameters.has(word)) : false;
  });
}

function isIn({ target }: ToolSite, { start, end }: Range): boolean {
  return target.kind !== 'manual' && start <= target.body.start && target.body.end <= end;
}
