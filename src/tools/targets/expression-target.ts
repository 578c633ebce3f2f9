import type { ExpressionTarget, InputSource, ManualTarget, StatementsTarget } from '../site.js';
import { declaresNameOf, narrowedChain } from '../syntax/closure-guard.js';
import { type Node, type Statement, suspends, ts, varsIn } from '../syntax/syntax.js';

type Captured = Pick<ExpressionTarget, 'input' | 'request'>;

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
    return { kind: 'manual', reason: `\`${captured.request}\` is known only inside the block` };
  }
  const body = { start: block.getStart(), end: block.end };
  return { kind: 'block', body, awaits: suspended === 'await', ...outside([block], captured) };
}

const VARS: ManualTarget = { kind: 'manual', reason: 'a `var` here is seen outside of this code' };

/** Input that can be read where the trace is opened. */
function outside(body: readonly Node[], captured: Captured): Captured {
  const { input, ...rest } = captured;
  const isKnown = input && !body.some((node) => declaresNameOf(node, input.text));
  return isKnown ? { ...rest, input } : rest;
}

function narrowing(chain: string): ManualTarget {
  return {
    kind: 'manual',
    reason: `\`${chain}\` is tested before, and TypeScript would forget that inside a function`,
  };
}

/** Statements in a row, of which every way through returns or sets the one variable. */
export function statementsTarget(
  statements: readonly [Statement, ...Statement[]],
  sets: string | undefined,
  captured: { readonly input?: InputSource },
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
    ...(sets ? { sets } : {}),
    ...outside(statements, captured),
  };
}
