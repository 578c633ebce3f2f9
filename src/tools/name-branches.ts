import type { Constants } from './constants.js';
import { alwaysReturns, assignedOrReturned, lastValue } from './control-flow.js';
import { lineOf } from './definitions.js';
import { blockTarget, expressionTarget } from './expression-target.js';
import type { RequestParts } from './request-parts.js';
import type { NamedPlace, Target, ToolSite } from './site.js';
import {
  type CaseClause,
  type Expression,
  type IfStatement,
  type Node,
  type Statement,
  type SwitchStatement,
  ts,
  walk,
} from './syntax.js';

/** One arm of a `switch` or `if`-chain on the tool's name. */
interface Branch {
  readonly names: readonly string[];
  readonly at: Node;
  readonly statements: readonly Statement[];
}

/**
 * The tools of a `switch` or `if`-chain on the tool's name in a stretch of code, a site for each arm.
 * undefined where there is no such thing.
 */
export function branchSites(
  region: readonly Node[],
  parts: RequestParts,
  constants: Constants,
): ToolSite[] | undefined {
  const branches = findBranches(region, parts, constants);
  if (branches.length === 0) return undefined;
  const input = parts.args ?? (parts.whole && `${parts.whole}.arguments`);
  const captured = input ? { input: { text: input } } : {};
  return branches.flatMap((branch) => {
    const target = branchTarget(branch.statements, captured);
    return branch.names.map((name) => ({
      name,
      line: lineOf(branch.at),
      family: 'tools/call' as const,
      target,
      // One body for several names: which it is, is known when it runs.
      ...(branch.names.length > 1 && parts.name ? { nameExpression: parts.name } : {}),
    }));
  });
}

/** The labels of a `switch (toolName)`, wherever it stands. */
export function namesOfSwitch(node: SwitchStatement, constants: Constants): NamedPlace[] {
  if (!/^(this\.)?tool_?name$/i.test(node.expression.getText())) return [];
  return casesOf(node, constants).flatMap(({ names, at }) =>
    names.map((name) => ({ name, line: lineOf(at) })),
  );
}

function branchTarget(statements: readonly Statement[], captured: { input?: { text: string } }): Target {
  const work = statements.filter((statement) => !ts.isBreakStatement(statement));
  const [only, ...more] = work;
  if (!only) return { kind: 'manual', reason: 'the branch is empty' };
  if (more.length === 0 && ts.isBlock(only)) {
    const inner = only.statements.filter((statement) => !ts.isBreakStatement(statement));
    if (inner.length === 1) return branchTarget(inner, captured);
    if (alwaysReturns(only)) return blockTarget(only, captured);
    return branchTarget(inner, captured);
  }
  const value = more.length === 0 ? (assignedOrReturned(only) ?? lastValue(work)) : lastValue(work);
  return value
    ? expressionTarget(value, captured)
    : { kind: 'manual', reason: 'the branch neither returns nor assigns a value' };
}

function findBranches(region: readonly Node[], parts: RequestParts, constants: Constants): Branch[] {
  let found: Branch[] = [];
  const look = (node: Node): boolean => {
    if (found.length > 0) return false;
    if (ts.isSwitchStatement(node) && isName(node.expression, parts)) found = casesOf(node, constants);
    else if (ts.isIfStatement(node)) found = armsOf(node, parts, constants);
    return found.length === 0;
  };
  for (const node of region) {
    if (look(node)) walk(node, look);
  }
  return found;
}

function isName(expression: Expression, parts: RequestParts): boolean {
  const text = expression.getText();
  return text === parts.name || /\bparams\b[^.]*\??\.name$/.test(text) || /^(tool_?name|name)$/i.test(text);
}

function casesOf(node: SwitchStatement, constants: Constants): Branch[] {
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
  for (let arm: Statement | undefined = node; arm && ts.isIfStatement(arm); arm = arm.elseStatement) {
    const name = comparedName(arm.expression, parts, constants);
    if (name !== undefined) branches.push({ names: [name], at: arm, statements: [arm.thenStatement] });
  }
  if (branches.length === 0 || node.elseStatement) return branches;
  // A row of `if (name === 'a') {…} if (name === 'b') {…}` is a chain as well.
  const siblings = (node.parent as { statements?: readonly Statement[] }).statements ?? [];
  for (const sibling of siblings.slice(siblings.indexOf(node) + 1)) {
    if (!ts.isIfStatement(sibling)) continue;
    const name = comparedName(sibling.expression, parts, constants);
    if (name !== undefined)
      branches.push({ names: [name], at: sibling, statements: [sibling.thenStatement] });
  }
  return branches;
}

function comparedName(condition: Expression, parts: RequestParts, constants: Constants): string | undefined {
  if (!ts.isBinaryExpression(condition)) return undefined;
  const { kind } = condition.operatorToken;
  if (kind !== ts.SyntaxKind.EqualsEqualsEqualsToken && kind !== ts.SyntaxKind.EqualsEqualsToken)
    return undefined;
  if (isName(condition.left, parts)) return constants.text(condition.right);
  return isName(condition.right, parts) ? constants.text(condition.left) : undefined;
}
