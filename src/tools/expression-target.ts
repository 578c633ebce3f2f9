import type { ExpressionTarget, InputSource, ManualTarget, StatementsTarget } from './site.js';
import { type Node, type Statement, suspends, ts } from './syntax.js';

type Captured = Pick<ExpressionTarget, 'input' | 'request'>;

/**
 * An expression as what a trace is opened around. Of `await f(x)` the call is taken, and the await
 * stays outside; where it awaits something further in, the wrapper is awaited instead.
 */
export function expressionTarget(expression: Node, captured: Captured): ExpressionTarget | ManualTarget {
  const suspended = suspends(expression);
  if (suspended === 'yield') return { kind: 'manual', reason: 'the call yields' };
  const operand = ts.isAwaitExpression(expression) ? expression.expression : expression;
  const node = suspends(operand) ? expression : operand;
  return {
    kind: 'expression',
    body: { start: node.getStart(), end: node.end },
    awaits: suspends(node) === 'await',
    ...captured,
  };
}

/** A block that always returns, as the body of a function that is traced. */
export function blockTarget(block: Node, captured: Captured): ExpressionTarget | ManualTarget {
  const suspended = suspends(block);
  if (suspended === 'yield') return { kind: 'manual', reason: 'the block yields' };
  const body = { start: block.getStart(), end: block.end };
  return { kind: 'block', body, awaits: suspended === 'await', ...captured };
}

/** Statements in a row, of which every way through returns or sets the one variable. */
export function statementsTarget(
  statements: readonly [Statement, ...Statement[]],
  sets: string | undefined,
  captured: { readonly input?: InputSource },
): StatementsTarget | ManualTarget {
  const suspended = statements.map(suspends);
  if (suspended.includes('yield')) return { kind: 'manual', reason: 'the statements yield' };
  const last = statements.at(-1) ?? statements[0];
  return {
    kind: 'statements',
    body: { start: statements[0].getStart(), end: last.end },
    awaits: suspended.includes('await'),
    ...(sets ? { sets } : {}),
    ...captured,
  };
}
