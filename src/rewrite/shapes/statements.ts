import { type Edit, insertion } from '../../core/edits.js';
import type { HandlerSite, StatementsTarget } from '../../tools/site.js';
import { type CallExpression, type InlineFunction, type Node, ts } from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Wrapper } from '../wrapper.js';
import { printTrace } from './trace.js';

/** `x = f(); x += g();` becomes `x = createTrace({ … }).run(() => { x = f(); x += g(); return x; });` */
export function printStatements(
  text: string,
  site: HandlerSite,
  target: StatementsTarget,
  options: WrapOptions,
): Edit[] {
  const { body, awaits, sets } = target;
  const run = `${printTrace(text, site, target, options)}.run(${awaits ? 'async ' : ''}() => { `;
  const result = `${awaits ? 'await ' : ''}${run}`;
  const before = sets === undefined ? `return ${result}` : `${sets} = ${result}`;
  // Without a semicolon of theirs a line break ends the last statement: one of ours would become part of it.
  const isEnded = /[;}]/.test(text[body.end - 1] ?? '');
  const gap = isEnded ? ' ' : options.style.eol;
  const after = sets === undefined ? ' });' : `${gap}return ${sets}; });`;
  return [insertion(body.start, before), insertion(body.end, after)];
}

/**
 * `return … => { statements });` and `x = … => { statements return x; });`, in the place of the
 * statements themselves.
 */
export function recogniseStatements(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  if (!ts.isBlock(inner.body)) return undefined;
  const within = ts.isAwaitExpression(call.parent) ? call.parent : call;
  const { parent } = within;
  const inside = inner.body.statements;
  if (ts.isReturnStatement(parent) && !ts.isBlock(parent.parent)) return statementWrapper(parent, inside);
  if (!ts.isBinaryExpression(parent) || !ts.isExpressionStatement(parent.parent)) return undefined;
  const last = inside.at(-1);
  const gives = last && ts.isReturnStatement(last) ? last.expression?.getText() : undefined;
  return gives === parent.left.getText() ? statementWrapper(parent.parent, inside.slice(0, -1)) : undefined;
}

function statementWrapper(statement: Node, theirs: readonly Node[]): Wrapper | undefined {
  const first = theirs[0];
  const last = theirs.at(-1);
  if (!first || !last) return undefined;
  return {
    content: first.getStart(),
    cuts: [
      { start: statement.getStart(), end: first.getStart() },
      { start: last.end, end: statement.end },
    ],
  };
}
