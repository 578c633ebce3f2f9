import type { ExpressionTarget, ManualTarget, StatementsTarget } from '../site.js';
import { declaresNameOf, narrowedChain } from '../syntax/closure-guard.js';
import { finalAssignments, onlyValue } from '../syntax/control-flow.js';
import { indentedLines } from '../syntax/line-starts.js';
import { isUsedLater, referencesIn } from '../syntax/references.js';
import { type Node, type Statement, suspends, ts, varsIn } from '../syntax/syntax.js';
import { newNames, newValue } from './new-value.js';
import { type OuterVariable, outerVariable, readsTheSame } from './outer-variable.js';

type Captured = Pick<ExpressionTarget, 'input' | 'context' | 'request'>;

/**
 * An expression as what a trace is opened around. Of `await f(x)` the call is taken, and the await
 * stays outside; where it awaits something further in, the wrapper is awaited instead.
 */
export function expressionTarget(expression: Node, captured: Captured): ExpressionTarget | ManualTarget {
  const suspended = suspends(expression);
  if (suspended === 'yield') return { kind: 'manual', reason: 'the call yields' };
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.CommaToken) {
    return { kind: 'manual', reason: 'a comma joins several expressions here' };
  }
  const narrowed = narrowedChain(expression);
  if (narrowed) return narrowing(narrowed);
  const operand = ts.isAwaitExpression(expression) ? expression.expression : expression;
  const node = suspends(operand) ? expression : operand;
  return {
    kind: 'expression',
    body: { start: node.getStart(), end: node.end },
    awaits: suspends(node) === 'await',
    ...(ts.isArrowFunction(node.parent) ? { isBody: true as const } : {}),
    ...captured,
  };
}

/** A block that always returns, as the body of a function that is traced. */
export function blockTarget(block: Node, captured: Captured): ExpressionTarget | ManualTarget {
  const suspended = suspends(block);
  if (suspended === 'yield') return { kind: 'manual', reason: 'the block yields' };
  if (varsIn(block).size > 0) return VARS;
  const narrowed = narrowedChain(block);
  if (narrowed) return narrowing(narrowed);
  if (captured.request && declaresNameOf(block, captured.request)) {
    return { kind: 'manual', reason: `\`${captured.request}\` is declared inside the block` };
  }
  const body = { start: block.getStart(), end: block.end };
  const lines = indentedLines(block.getSourceFile(), body.start, body.end);
  return { kind: 'block', body, awaits: suspended === 'await', lines, ...outside([block], captured) };
}

const VARS: ManualTarget = { kind: 'manual', reason: 'a `var` here is used outside this code' };

/** Input that can be read where the trace is opened. */
function outside(body: readonly Node[], captured: Captured): Captured {
  const { input, context, ...rest } = captured;
  const isKnown = (source: string | undefined) =>
    source !== undefined && !body.some((node) => declaresNameOf(node, source));
  return {
    ...rest,
    ...(input && isKnown(input.text) ? { input } : {}),
    ...(context !== undefined && isKnown(context) ? { context } : {}),
  };
}

function narrowing(chain: string): ManualTarget {
  return {
    kind: 'manual',
    reason: `\`${chain}\` is narrowed before, and TypeScript would lose that inside a function`,
  };
}

/**
 * Statements in a row, of which every way through returns, or goes on without a result.
 * @param gives `'return'`, or nothing
 */
export function statementsTarget(
  statements: readonly [Statement, ...Statement[]],
  gives: 'return' | undefined,
  captured: Captured,
): StatementsTarget | ManualTarget {
  const target = barelyTarget(statements, captured);
  return target.kind === 'manual' || gives ? target : { ...target, isAlone: true };
}

/** The same of statements that set one variable of the code around them. */
export function settingTarget(
  statements: readonly [Statement, ...Statement[]],
  sets: string,
  captured: Captured,
): StatementsTarget | ExpressionTarget | ManualTarget {
  const outer = outerVariable(sets, statements[0]);
  const giving = outer && givingOf(statements, outer);
  if (giving) {
    const target = barelyTarget(statements, captured);
    return target.kind === 'manual' ? target : { ...target, sets, ...giving };
  }
  const value = onlyValue(statements, sets);
  const isMovable = value && (!outer || referencesIn([value], sets).every((use) => readsTheSame(outer, use)));
  if (isMovable) return expressionTarget(value, captured);
  return {
    kind: 'manual',
    reason: `the branch sets \`${sets}\` in a way that can't be moved into a function`,
  };
}

function barelyTarget(
  statements: readonly [Statement, ...Statement[]],
  captured: Captured,
): StatementsTarget | ManualTarget {
  const suspended = statements.map(suspends);
  if (suspended.includes('yield')) return { kind: 'manual', reason: 'the statements yield' };
  if (statements.some((one) => varsIn(one.parent).size > 0)) return VARS;
  const narrowed = statements.map(narrowedChain).find((chain) => chain !== undefined);
  if (narrowed) return narrowing(narrowed);
  const last = statements.at(-1) ?? statements[0];
  return {
    kind: 'statements',
    body: { start: statements[0].getStart(), end: last.end },
    awaits: suspended.includes('await'),
    lines: linesOf(statements),
    ...outside(statements, captured),
  };
}

/**
 * How the statements give the variable's value: by a `return` at each end, by a variable of their own, or by setting it
 * where types allow that in a function.
 */
function givingOf(
  statements: readonly [Statement, ...Statement[]],
  outer: OuterVariable,
): Pick<StatementsTarget, 'settings' | 'gives' | 'isAlone'> | undefined {
  const settings = settingsOf(statements, outer);
  if (settings) return { settings };
  const gives = newValue(statements, outer);
  if (gives && gives.by !== 'copy') return { gives };
  if (outer.isJavaScript || isAnyTime(outer)) return { isAlone: true };
  return gives ? { gives } : undefined;
}

/** A variable with a value before, whose type no assignment narrows: it can be set inside of a function. */
function isAnyTime({ type, initializer }: OuterVariable): boolean {
  if (!initializer) return false;
  if (type !== undefined) return /^(string|number|unknown|any)$/.test(type);
  return ts.isStringLiteralLike(initializer) || ts.isNumericLiteral(initializer);
}

/** The final assignments, of which each can be a `return` that `remove` tells from one of a new variable. */
function settingsOf(statements: readonly [Statement, ...Statement[]], outer: OuterVariable) {
  const { name } = outer;
  const assignments = finalAssignments(statements, name);
  if (!assignments || isUsedLater(statements, name)) return undefined;
  const written = new Set(assignments.map((one) => one.getStart()));
  const reads = referencesIn(statements, name).filter((use) => !written.has(use.getStart()));
  if (!reads.every((use) => readsTheSame(outer, use))) return undefined;
  const { text } = statements[0].getSourceFile();
  const isPlain = assignments.every((one) => {
    const end = one.getStart() + `${name} = `.length;
    // Another form could not be restored byte for byte.
    if (text.slice(one.getStart(), end) !== `${name} = `) return false;
    return !newNames(name).some((other) => text.slice(end, one.end).replace(/;$/, '') === other);
  });
  if (!isPlain) return undefined;
  return assignments.map((one) => ({ start: one.getStart(), end: one.getStart() + `${name} = `.length }));
}

function linesOf(statements: readonly [Statement, ...Statement[]]): readonly number[] {
  const last = statements.at(-1) ?? statements[0];
  return indentedLines(statements[0].getSourceFile(), statements[0].getStart(), last.end);
}
