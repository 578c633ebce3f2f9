import type { ExpressionTarget, ManualTarget, StatementsTarget } from '../site.js';
import { declaresNameOf, narrowedChain } from '../syntax/closure-guard.js';
import { finalAssignments } from '../syntax/control-flow.js';
import { indentedLines } from '../syntax/line-starts.js';
import { type Node, type Statement, suspends, ts, varsIn } from '../syntax/syntax.js';
import { isOfOneType, ownVariable } from './own-variable.js';

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
 * Statements in a row, of which every way through returns, sets the one variable, or goes on without a result.
 * @param gives `'return'`, the variable's name in `{ sets }`, or nothing
 */
export function statementsTarget(
  statements: readonly [Statement, ...Statement[]],
  gives: 'return' | { readonly sets: string } | undefined,
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
    ...(gives === undefined ? { isAlone: true as const } : {}),
    ...(typeof gives === 'object' ? { sets: gives.sets, ...givingOf(statements, gives.sets) } : {}),
    lines: linesOf(statements),
    ...outside(statements, captured),
  };
}

/** How the statements give the variable's value: by a `return` at each end, or as a variable of their own. */
function givingOf(
  statements: readonly [Statement, ...Statement[]],
  sets: string,
): Pick<StatementsTarget, 'settings' | 'declares' | 'isAlone'> {
  const assignments = finalAssignments(statements);
  const ranges = assignments?.map((one) => ({
    start: one.getStart(),
    end: one.getStart() + `${sets} = `.length,
  }));
  const { text } = statements[0].getSourceFile();
  // Another form could not be restored byte for byte.
  const isPlain = ranges?.every(({ start, end }) => text.slice(start, end) === `${sets} = `);
  if (ranges && isPlain) return { settings: ranges };
  const declares = ownVariable(statements, sets);
  if (declares) return { declares };
  return isOfOneType(statements[0], sets) ? { isAlone: true } : {};
}

function linesOf(statements: readonly [Statement, ...Statement[]]): readonly number[] {
  const last = statements.at(-1) ?? statements[0];
  return indentedLines(statements[0].getSourceFile(), statements[0].getStart(), last.end);
}
