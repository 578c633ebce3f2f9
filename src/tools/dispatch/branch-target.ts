import type { Target } from '../site.js';
import {
  allReturn,
  alwaysReturns,
  assignedOrReturned,
  assignedOutside,
  workValue,
} from '../syntax/control-flow.js';
import { isWrite } from '../syntax/references.js';
import { type Node, type Statement, ts, walkFrom } from '../syntax/syntax.js';
import {
  blockTarget,
  expressionTarget,
  settingTarget,
  statementsTarget,
} from '../targets/expression-target.js';

interface Captured {
  readonly input?: { readonly text: string };
  readonly context?: string;
}

/** The target for the statements of an arm. */
export function branchTarget(statements: readonly Statement[], captured: Captured): Target {
  const work = statements.filter((statement) => !ts.isBreakStatement(statement));
  const [only, ...more] = work;
  if (!only) return { kind: 'manual', reason: 'the branch is empty' };
  if (more.length > 0) return severalTarget([only, ...more], captured);
  if (ts.isBlock(only)) {
    const inner = only.statements.filter((statement) => !ts.isBreakStatement(statement));
    const isOneValue = inner.length === 1 && inner[0] && assignedOrReturned(inner[0]) !== undefined;
    return !isOneValue && alwaysReturns(only) ? blockTarget(only, captured) : branchTarget(inner, captured);
  }
  const value = assignedOrReturned(only);
  return value && !setsAnything(value) ? expressionTarget(value, captured) : severalTarget([only], captured);
}

/** Returns true for several statements on one line: `log(name); result = await f(args);`. A wrapper would not fit. */
function isOneLine(work: readonly [Statement, ...Statement[]]): boolean {
  const [first, ...more] = work;
  const { text } = first.getSourceFile();
  const isSimple = work.every((one) => ts.isExpressionStatement(one) || ts.isReturnStatement(one));
  return isSimple && more.length > 0 && !text.slice(first.getStart(), more.at(-1)?.end).includes('\n');
}

/** Returns true for `x += f()` and `(x = f())`. Inside our function, TypeScript would not know the type of `x`. */
function setsAnything(value: Node): boolean {
  let found = false;
  walkFrom(value, (node) => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isIdentifier(node) && isWrite(node)) found = true;
    return !found;
  });
  return found;
}

/** The target for several statements: all of them, or the one value that is the tool's work. */
function severalTarget(work: readonly [Statement, ...Statement[]], captured: Captured): Target {
  const inLine = isOneLine(work) ? workValue(work) : undefined;
  if (inLine && !setsAnything(inLine)) return expressionTarget(inLine, captured);
  if (allReturn(work)) return statementsTarget(work, 'return', captured);
  const sets = assignedOutside(work);
  if (sets?.length === 0) return statementsTarget(work, undefined, captured);
  const [name] = sets ?? [];
  if (sets?.length === 1 && name) return settingTarget(work, name, captured);
  const value = workValue(work);
  return value
    ? expressionTarget(value, captured)
    : { kind: 'manual', reason: 'the branch neither always returns nor sets one variable' };
}
