import type { Range, ToolSite } from '../site.js';
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

/** A function of the project that has a name. */
export interface Helper extends Range {
  readonly name: string;
  readonly parameters: ReadonlySet<string>;
  /** Parameters of functions inside it, of which it may give one back. */
  readonly further: ReadonlySet<string>;
}

/** Functions are read only where a person named some: elsewhere nobody asks for them. */
export function readHelper(node: Node): Helper | undefined {
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

/** A registrar that another function makes: `const accountTool = makeAccountTool(server)`. */
export interface Made {
  readonly registrar: string;
  readonly by: string;
}

export function readMade(node: Node, registrars: readonly string[]): Made | undefined {
  const [named, value] = namedValue(node);
  const registrar = named?.getText().replace(/^#/, '');
  const made = value && bare(value);
  if (!made || !registrar || !registrars.includes(registrar) || !ts.isCallExpression(made)) return undefined;
  const by = /[\w$]+$/.exec(made.expression.getText())?.[0];
  return by === undefined ? undefined : { registrar, by };
}

/** `function f() {}`, `f() {}` of a class or an object, `const f = () => {}`, `{ f: () => {} }`, `x.f = () => {}`. */
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

/** `accountTool(name, …) { super.accountTool(name, …) }`: the call from outside is the tool's one place. */
export function handsOn(site: ToolSite, helpers: readonly Helper[]): boolean {
  return helpers.some((helper) => site.isShared && helper.name === site.registrar && isIn(site, helper));
}

/** What becomes of tools that are given to a function. */
export interface HelperReading {
  readonly name: string;
  /** Every one of them runs through a place in it that can be traced. */
  readonly isTraced: boolean;
  /** Likewise, for what is given to a function that it makes. */
  readonly makesTraced: boolean;
}

/** Functions that carry the name of a registrar, or in which one may end. */
export function readHelpers(
  helpers: readonly Helper[],
  sites: readonly ToolSite[],
  registrars: readonly string[],
): HelperReading[] {
  const read = helpers.map((helper) => ({
    name: helper.name,
    isTraced: holdsSiteNamedBy(helper.parameters, helper, sites),
    makesTraced: holdsSiteNamedBy(helper.further, helper, sites),
    // One that only calls another of its own name says nothing of that one.
    isTelling: registrars.includes(helper.name) && !sites.some((site) => handsOn(site, [helper])),
  }));
  return read.filter(({ isTraced, makesTraced, isTelling }) => isTraced || makesTraced || isTelling);
}

function holdsSiteNamedBy(
  parameters: ReadonlySet<string>,
  helper: Helper,
  sites: readonly ToolSite[],
): boolean {
  return sites.some((site) => {
    if (site.registrar === helper.name || !isIn(site, helper)) return false;
    const words = site.isShared && site.nameExpression?.match(/[\w$]+/g);
    return words ? words.some((word) => parameters.has(word)) : false;
  });
}

function isIn({ target }: ToolSite, { start, end }: Range): boolean {
  return target.kind !== 'manual' && start <= target.body.start && target.body.end <= end;
}
