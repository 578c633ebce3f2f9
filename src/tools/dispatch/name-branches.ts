import { BARE_SITE, type HandlerSite, type NamedPlace } from '../site.js';
import type { Constants } from '../syntax/constants.js';
import { allReturn, assignedOutside } from '../syntax/control-flow.js';
import { isInScope } from '../syntax/scope.js';
import {
  type CaseClause,
  type Expression,
  type IfStatement,
  lineOf,
  type Node,
  type Statement,
  type SwitchStatement,
  ts,
  walkFrom,
} from '../syntax/syntax.js';
import { chainText, type RequestParts } from '../targets/request-parts.js';
import { branchTarget } from './branch-target.js';

/** One arm of a `switch` or `if`-chain on the tool's name. */
interface Branch {
  /** Source text of the compared expression, which is the tool's name. */
  readonly subject: string;
  readonly names: readonly string[];
  readonly at: Node;
  readonly statements: readonly Statement[];
}

/** The tools of a `switch` or `if`-chain on the tool's name. */
export interface Branches {
  /** One site for each name. */
  readonly sites: HandlerSite[];
  /** Every arm returns, so none continues with the code after it. */
  readonly allReturn: boolean;
}

/** Finds the branches that select a tool. Undefined if there are no branches. */
export function readBranches(
  region: readonly Node[],
  parts: RequestParts,
  constants: Constants,
): Branches | undefined {
  const branches = findBranches(region, parts, constants);
  if (branches.length === 0) return undefined;
  return {
    sites: sitesOf(branches, parts),
    allReturn: branches.every(({ statements }) => allReturn(statements)),
  };
}

function sitesOf(branches: readonly Branch[], parts: RequestParts): HandlerSite[] {
  // If `params.name` is compared, `params.arguments` contains the arguments.
  const prefix = /^(.*params\b[^.]*\??\.)name$/.exec(branches[0]?.subject ?? '')?.[1];
  const holder = prefix?.replace(/\??\.$/, '');
  const inputs = [parts.args, prefix && `${prefix}arguments`, parts.whole && `${parts.whole}.arguments`];
  return branches.flatMap((branch) => {
    // A variable with the arguments may exist only in one arm.
    const input = inputs.find((source) => source !== undefined && isInScope(source, branch.at));
    const context = [...contextsOf(parts), ...(holder ? [holder] : [])].find((source) =>
      isInScope(source, branch.at),
    );
    const captured = { ...(input ? { input: { text: input } } : {}), ...(context ? { context } : {}) };
    const target = branchTarget(branch.statements, captured);
    // If one body serves several names, the name is known only at run time.
    const source = branch.names.length > 1 ? (parts.name ?? branch.subject) : undefined;
    return branch.names.map((name) => ({
      ...BARE_SITE,
      name: source
        ? ({ kind: 'expression', source, label: name, many: false } as const)
        : ({ kind: 'literal', value: name } as const),
      line: lineOf(branch.at),
      family: 'tools/call' as const,
      target,
    }));
  });
}

/** Source texts of the request's `params`, which contain `_meta`. */
function contextsOf({ whole, message }: RequestParts): string[] {
  const params = whole !== undefined && /(^|\.)params!?$/.test(whole) ? [whole] : [];
  return message === undefined ? params : [...params, `${message}.params`];
}

/** The labels of a `switch (toolName)`. */
export function namesOfSwitch(node: SwitchStatement, constants: Constants): NamedPlace[] {
  if (!/^(this\.)?tool_?name$/i.test(node.expression.getText())) return [];
  return casesOf(node, constants).flatMap(({ names, at }) =>
    names.map((name) => ({ name, line: lineOf(at) })),
  );
}

/**
 * The arms of every `switch` and `if`-chain on the name. The one with the most names runs the tools. Another one adds
 * only names that are missing there, and only in arms that return.
 */
function findBranches(region: readonly Node[], parts: RequestParts, constants: Constants): Branch[] {
  const groups: Branch[][] = [];
  const look = (node: Node): boolean => {
    const group = groupAt(node, parts, constants);
    if (group.length === 0) return true;
    groups.push(group);
    for (const rest of otherwise(node, group)) walkFrom(rest, look);
    return false;
  };
  for (const node of region) walkFrom(node, look);
  const [main = [], ...others] = groups.sort((a, b) => workIn(b).length - workIn(a).length);
  if (others.length === 0) return main;
  const known = new Set(namesIn(main));
  const further = others.flatMap(workIn).filter(({ names, statements }) => {
    const isNew = allReturn(statements) && names.every((name) => !known.has(name));
    if (isNew) for (const name of names) known.add(name);
    return isNew;
  });
  return [...workIn(main), ...further];
}

/** The arms that run a tool. */
function workIn(group: readonly Branch[]): Branch[] {
  return group.filter(({ statements }) => !onlyThrows(statements));
}

function namesIn(group: readonly Branch[]): string[] {
  return group.flatMap(({ names }) => names);
}

function groupAt(node: Node, parts: RequestParts, constants: Constants): Branch[] {
  if (ts.isSwitchStatement(node)) return isName(node.expression, parts) ? casesOf(node, constants) : [];
  return ts.isIfStatement(node) ? armsOf(node, parts, constants) : [];
}

/** The default branch of a `switch` or a chain. */
function otherwise(node: Node, group: readonly Branch[]): readonly Node[] {
  if (ts.isSwitchStatement(node)) return node.caseBlock.clauses.filter(ts.isDefaultClause);
  const rest: Node[] = [];
  let arm: Node | undefined = node;
  for (; arm && ts.isIfStatement(arm); arm = arm.elseStatement) {
    if (!group.some(({ at }) => at === arm)) rest.push(arm.thenStatement);
  }
  return arm ? [...rest, arm] : rest;
}

/** Returns true if the arm rejects the name, so it is not a tool. */
function onlyThrows([only, ...more]: readonly Statement[]): boolean {
  if (!only || more.length > 0) return false;
  return ts.isBlock(only) ? onlyThrows(only.statements) : ts.isThrowStatement(only);
}

/** Maximum length in characters. A longer expression is not a name, and matching it would cost time. */
const LONGEST_NAME = 500;

function isName(expression: Expression, parts: RequestParts): boolean {
  if (expression.getText().length > LONGEST_NAME) return false;
  const text = chainText(expression);
  if (text === parts.name || (parts.whole !== undefined && text === `${parts.whole}.name`)) return true;
  return /\bparams\b[^.]*\.name$/.test(text) || /^(tool_?name|name)$/i.test(text);
}

function casesOf(node: SwitchStatement, constants: Constants): Branch[] {
  const subject = node.expression.getText();
  const branches: Branch[] = [];
  let waiting: { name: string; clause: CaseClause }[] = [];
  for (const clause of node.caseBlock.clauses) {
    if (!ts.isCaseClause(clause)) {
      waiting = [];
      continue;
    }
    const name = constants.text(clause.expression);
    if (name !== undefined) waiting.push({ name, clause });
    if (clause.statements.length === 0) continue;
    const [first] = waiting;
    if (first) {
      branches.push({
        subject,
        names: waiting.map((one) => one.name),
        at: first.clause,
        statements: clause.statements,
      });
    }
    waiting = [];
  }
  return branches;
}

function armsOf(node: IfStatement, parts: RequestParts, constants: Constants): Branch[] {
  const branches: Branch[] = [];
  const add = (arm: IfStatement) => {
    const name = comparedName(arm.expression, parts, constants);
    const statements = [arm.thenStatement];
    // `if (name === 'old') name = 'new'` does not run a tool.
    if (name && assignedOutside(statements)?.join() !== name.subject)
      branches.push({ ...name, at: arm, statements });
  };
  for (let arm: Statement | undefined = node; arm && ts.isIfStatement(arm); arm = arm.elseStatement) add(arm);
  if (branches.length === 0 || node.elseStatement) return branches;
  // Consecutive `if (name === 'a') {…} if (name === 'b') {…}` are a chain too.
  const siblings = (node.parent as { statements?: readonly Statement[] }).statements ?? [];
  for (const sibling of siblings.slice(siblings.indexOf(node) + 1)) {
    if (ts.isIfStatement(sibling)) add(sibling);
  }
  return branches;
}

function comparedName(
  condition: Expression,
  parts: RequestParts,
  constants: Constants,
): Pick<Branch, 'subject' | 'names'> | undefined {
  if (!ts.isBinaryExpression(condition)) return undefined;
  const { left, right, operatorToken } = condition;
  const { kind } = operatorToken;
  if (kind === ts.SyntaxKind.BarBarToken) {
    const [one, other] = [comparedName(left, parts, constants), comparedName(right, parts, constants)];
    return one && other && { subject: one.subject, names: [...one.names, ...other.names] };
  }
  if (kind !== ts.SyntaxKind.EqualsEqualsEqualsToken && kind !== ts.SyntaxKind.EqualsEqualsToken)
    return undefined;
  for (const [subject, label] of [
    [left, right],
    [right, left],
  ] as const) {
    const name = isName(subject, parts) ? constants.text(label) : undefined;
    if (name !== undefined) return { subject: subject.getText(), names: [name] };
  }
  return undefined;
}
