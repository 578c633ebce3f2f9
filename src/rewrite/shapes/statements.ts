import { type Edit, insertion } from '../../core/edits.js';
import { indentAt, levelAt, lineStart } from '../../text/lines.js';
import type { HandlerSite, StatementsTarget } from '../../tools/site.js';
import { indentedLines } from '../../tools/syntax/line-starts.js';
import {
  type BinaryExpression,
  type CallExpression,
  type InlineFunction,
  type Node,
  ts,
  walkFrom,
} from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Cut, Wrapper } from '../wrapper.js';
import { printTrace } from './trace.js';

/**
 * Statements in a row, each in its line and one level further in:
 * `x = f();` becomes `x = createTrace({ … }).run(() => { return f(); });`.
 */
export function printStatements(
  text: string,
  site: HandlerSite,
  target: StatementsTarget,
  options: WrapOptions,
): Edit[] {
  const { body, awaits, sets, settings, lines } = target;
  const { eol } = options.style;
  const indent = levelAt(text, body.start, options.style.indent);
  const base = indentAt(text, body.start);
  const run = `${printTrace(text, site, target, options)}.run(${awaits ? 'async ' : ''}() => {`;
  const result = `${sets === undefined ? 'return' : `${sets} =`} ${awaits ? 'await ' : ''}${run}`;
  // Where the variable is not set last on every way, it is given back as it is then.
  const value = sets === undefined || settings ? '' : `${eol}${base}${indent}return ${sets};`;
  return [
    insertion(body.start, `${result}${eol}${base}${indent}`),
    ...lines.map((at) => insertion(at, indent)),
    ...(settings ?? []).map(({ start, end }) => ({ start, end, text: 'return ' })),
    insertion(body.end, `${value}${eol}${base}});`),
  ];
}

/** The same in the place of the statements themselves, laid out in lines or not. */
export function recogniseStatements(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  if (!ts.isBlock(inner.body)) return undefined;
  const within = ts.isAwaitExpression(call.parent) ? call.parent : call;
  const { parent } = within;
  const inside = [...inner.body.statements];
  if (ts.isReturnStatement(parent) && !ts.isBlock(parent.parent)) return statementWrapper(parent, inside, []);
  if (!ts.isBinaryExpression(parent) || !ts.isExpressionStatement(parent.parent)) return undefined;
  const sets = parent.left.getText();
  const last = inside.at(-1);
  const gives = last && ts.isReturnStatement(last) ? last.expression?.getText() : undefined;
  if (gives === sets && setsInside(inside, sets))
    return statementWrapper(parent.parent, inside.slice(0, -1), []);
  return isOne(parent) ? statementWrapper(parent.parent, inside, returnsOf(inside, sets)) : undefined;
}

function isOne({ operatorToken }: BinaryExpression): boolean {
  return operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

function setsInside(statements: readonly Node[], name: string): boolean {
  let found = false;
  own(statements, (node) => {
    if (ts.isBinaryExpression(node) && node.left.getText() === name) found = true;
  });
  return found;
}

/** `return E` of the statements, which was `x = E`. */
function returnsOf(statements: readonly Node[], sets: string): Cut[] {
  const cuts: Cut[] = [];
  own(statements, (node) => {
    if (ts.isReturnStatement(node) && node.expression)
      cuts.push({ start: node.getStart(), end: node.expression.getStart(), text: `${sets} = ` });
  });
  return cuts;
}

/** Visits what the statements do themselves, functions in them aside. */
function own(statements: readonly Node[], visit: (node: Node) => void): void {
  for (const statement of statements) {
    walkFrom(statement, (node) => {
      if (ts.isFunctionLike(node)) return false;
      visit(node);
      return true;
    });
  }
}

function statementWrapper(
  statement: Node,
  theirs: readonly Node[],
  further: readonly Cut[],
): Wrapper | undefined {
  const first = theirs[0];
  const last = theirs.at(-1);
  if (!first || !last) return undefined;
  return {
    content: first.getStart(),
    cuts: [
      { start: statement.getStart(), end: first.getStart() },
      ...levelsOf(statement, first, last),
      ...further,
      { start: last.end, end: statement.end },
    ],
  };
}

/** The level of indentation that the lines of the statements were given. */
function levelsOf(statement: Node, first: Node, last: Node): Cut[] {
  const file = statement.getSourceFile();
  const { text } = file;
  const outer = indentAt(text, statement.getStart());
  const inner = indentAt(text, first.getStart());
  // In one line with our own code nothing was indented.
  if (lineStart(text, first.getStart()) === lineStart(text, statement.getStart())) return [];
  if (!inner.startsWith(outer)) return [];
  const level = inner.slice(outer.length);
  return indentedLines(file, first.getStart(), last.end)
    .filter((at) => level !== '' && text.startsWith(level, at))
    .map((at) => ({ start: at, end: at + level.length }));
}
