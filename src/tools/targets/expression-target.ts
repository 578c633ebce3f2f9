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
 * The target for an expression. In `await f(x)`, the call is wrapped and the `await` stays outside. If the call itself
 * contains an `await`, all of it is wrapped and the wrapper is awaited.
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
    lines: indentedLines(node.getSourceFile(), node.getStart(), node.end),
    awaits: suspends(node) === 'await',
    ...(ts.isArrowFunction(node.parent) ? { isBody: true as const } : {}),
    ...(ts.isParenthesizedExpression(node) ? { isInParentheses: true as const } : {}),
    ...captured,
  };
}

/** The target for a block that always returns. It becomes the body of the traced function. */
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
  return { kind: 'block', body, awaits: suspended === 'await', lines, ...knownBefore([block], captured) };
}

const VARS: ManualTarget = { kind: 'manual', reason: 'a `var` here is used outside this code' };

/** Keeps only the input and the context that are known before the code, where the trace opens. */
function knownBefore(body: readonly Node[], captured: Captured): Captured {
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
 * The target for consecutive statements. Either every path through them returns, or they have no result.
 * @param gives `'return'`; undefined without a result
 */
export function statementsTarget(
  statements: readonly [Statement, ...Statement[]],
  gives: 'return' | undefined,
  captured: Captured,
): StatementsTarget | ManualTarget {
  const target = plainTarget(statements, captured);
  return target.kind === 'manual' || gives ? target : { ...target, isAlone: true };
}

/** The target for statements that assign one variable of the code around them. */
export function settingTarget(
  statements: readonly [Statement, ...Statement[]],
  sets: string,
  captured: Captured,
): StatementsTarget | ExpressionTarget | ManualTarget {
  const outer = outerVariable(sets, statements[0]);
  const result = outer && resultOf(statements, outer);
  if (result) {
    const target = plainTarget(statements, captured);
    return target.kind === 'manual' ? target : { ...target, sets, ...result };
  }
  const value = onlyValue(statements, sets);
  const isMovable = value && (!outer || referencesIn([value], sets).every((use) => readsTheSame(outer, use)));
  if (isMovable) return expressionTarget(value, captured);
  return {
    kind: 'manual',
    reason: `the branch sets \`${sets}\` in a way that can't be moved into a function`,
  };
}

function plainTarget(
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
    ...knownBefore(statements, captured),
  };
}

/**
 * How the statements return the variable's value: by a `return` at the end of each path, by a new variable, or by
 * assigning the outer variable, if types allow that in a function.
 */
function resultOf(
  statements: readonly [Statement, ...Statement[]],
  outer: OuterVariable,
): Pick<StatementsTarget, 'settings' | 'gives' | 'isAlone'> | undefined {
  const settings = assignmentsAsReturns(statements, outer);
  if (settings) return { settings };
  const gives = newValue(statements, outer);
  if (gives && gives.by !== 'copy') return { gives };
  if (outer.isJavaScript || isAssignableInFunction(outer)) return { isAlone: true };
  return gives ? { gives } : undefined;
}

/** Returns true if the variable has an initial value, and no assignment narrows its type. A function may assign it. */
function isAssignableInFunction({ type, initializer }: OuterVariable): boolean {
  if (!initializer) return false;
  if (type !== undefined) return /^(string|number|unknown|any)$/.test(type);
  return ts.isStringLiteralLike(initializer) || ts.isNumericLiteral(initializer);
}

/** The final assignments, if each can become a `return` that `remove` can distinguish from that of a new variable. */
function assignmentsAsReturns(statements: readonly [Statement, ...Statement[]], outer: OuterVariable) {
  const { name } = outer;
  const assignments = finalAssignments(statements, name);
  if (!assignments || isUsedLater(statements, name)) return undefined;
  const written = new Set(assignments.map((one) => one.getStart()));
  const reads = referencesIn(statements, name).filter((use) => !written.has(use.getStart()));
  if (!reads.every((use) => readsTheSame(outer, use))) return undefined;
  const { text } = statements[0].getSourceFile();
  const isPlain = assignments.every((one) => {
    const end = one.getStart() + `${name} = `.length;
    // `remove` could not restore another form byte for byte.
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
