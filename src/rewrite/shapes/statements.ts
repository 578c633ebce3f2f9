import { type Edit, insertion } from '../../core/edits.js';
import type { HandlerSite, NewValue, StatementsTarget } from '../../tools/site.js';
import { referencesIn } from '../../tools/syntax/references.js';
import {
  type BinaryExpression,
  type CallExpression,
  type InlineFunction,
  type Node,
  ts,
  walkFrom,
} from '../../tools/syntax/syntax.js';
import { newNames } from '../../tools/targets/new-value.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Cut, Wrapper } from '../wrapper.js';
import { aroundRange, wrapLines } from './laid-out.js';
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
  const { body, awaits, sets, settings = [], gives, isAlone, lines } = target;
  const taken = isAlone ? '' : sets === undefined ? 'return ' : `${sets} = `;
  const before = `${taken}${awaits ? 'await ' : ''}`;
  const trace = printTrace(text, site, target, options, { before });
  const open = `${before}${trace}.run(${awaits ? 'async ' : ''}() => {`;
  const around = { open, close: `})${options.semicolon}`, ...(gives ? newLines(gives, sets, options) : {}) };
  const laidOut = wrapLines(text, body, lines, around, options.style);
  return [
    ...laidOut.slice(0, -1),
    ...settings.map(({ start, end }) => ({ start, end, text: 'return ' })),
    ...(gives ? renamed(gives) : []),
    ...laidOut.slice(-1),
  ];
}

/** The statements of ours that declare and return the new variable. */
function newLines({ name, by }: NewValue, sets: string | undefined, { semicolon }: WrapOptions) {
  const last = `return ${name}${semicolon}`;
  if (typeof by === 'object') return { last };
  return { first: `let ${name}${by === 'copy' ? ` = ${sets}` : ''}${semicolon}`, last };
}

/** `x = E` becomes `const newX: T = E`, and what reads `x` from there on reads `newX`. */
function renamed({ name, uses, by }: NewValue): Edit[] {
  const declared = typeof by === 'object' ? by : undefined;
  return [
    ...(declared ? [insertion(declared.start, `${declared.keyword} `)] : []),
    ...uses.map(({ start, end, isMember }) =>
      // The member keeps its name.
      isMember ? insertion(end, `: ${name}`) : { start, end, text: name },
    ),
    ...(declared?.type === undefined ? [] : [insertion(declared.end, `: ${declared.type}`)]),
  ];
}

/** The same in the place of the statements themselves, laid out in lines or not. */
export function recogniseStatements(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  if (!ts.isBlock(inner.body)) return undefined;
  const within = ts.isAwaitExpression(call.parent) ? call.parent : call;
  const { parent } = within;
  const inside = [...inner.body.statements];
  if (ts.isReturnStatement(parent) && !ts.isBlock(parent.parent)) return statementWrapper(parent, inside, []);
  if (ts.isExpressionStatement(parent)) return statementWrapper(parent, withoutReturn(inside), []);
  if (!ts.isBinaryExpression(parent) || !ts.isExpressionStatement(parent.parent)) return undefined;
  const sets = parent.left.getText();
  const last = inside.at(-1);
  const gives = last && ts.isReturnStatement(last) ? last.expression?.getText() : undefined;
  const theirs = inside.slice(0, -1);
  if (gives !== undefined && newNames(sets).includes(gives)) {
    const own = theirs[0] && isOurLine(theirs[0], gives, sets) ? theirs.slice(1) : theirs;
    return statementWrapper(parent.parent, own, [
      ...declarationCuts(own, gives, sets),
      ...namesBack(own, gives, sets),
    ]);
  }
  // What earlier versions wrote: a variable of the same name.
  const declared = gives === sets ? declarationCuts(theirs, sets) : [];
  if (gives === sets && (declared.length > 0 || setsInside(inside, sets)))
    return statementWrapper(parent.parent, theirs, declared);
  return isOne(parent) ? statementWrapper(parent.parent, inside, returnsOf(inside, sets)) : undefined;
}

/** Statements that return are returned themselves: a variable at the end is returned only for the trace. */
function withoutReturn(inside: readonly Node[]): readonly Node[] {
  const last = inside.at(-1);
  const isOurs = last && ts.isReturnStatement(last) && last.expression && ts.isIdentifier(last.expression);
  return isOurs ? inside.slice(0, -1) : inside;
}

function isOne({ operatorToken }: BinaryExpression): boolean {
  return operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** `const x: T = E` of ours, which was `x = E`, with the name that it had. */
function declarationCuts(statements: readonly Node[], name: string, sets = name): Cut[] {
  for (const statement of statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const [declared, ...more] = statement.declarationList.declarations;
    if (!declared || more.length > 0 || declared.name.getText() !== name) continue;
    const { name: local, type } = declared;
    const keyword = { start: statement.getStart(), end: local.getStart() };
    const renamed = name === sets ? [] : [{ start: local.getStart(), end: local.end, text: sets }];
    return [keyword, ...renamed, ...(type ? [{ start: local.end, end: type.end }] : [])];
  }
  return [];
}

/** `let newX = x;` and `let newX;`. */
function isOurLine(statement: Node, name: string, sets: string): boolean {
  const line = statement.getText().replace(/;$/, '');
  return line === `let ${name}` || line === `let ${name} = ${sets}`;
}

/** The outer variable's name where the new one stands for it. */
function namesBack(statements: readonly Node[], name: string, sets: string): Cut[] {
  return referencesIn(statements, name).map((use) => {
    const { parent } = use;
    const isMember =
      ts.isPropertyAssignment(parent) && parent.initializer === use && parent.name.getText() === sets;
    return isMember
      ? { start: parent.name.end, end: use.end }
      : { start: use.getStart(), end: use.end, text: sets };
  });
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
  const file = statement.getSourceFile();
  // Its own start may be ours to cut, and stays where theirs begins.
  const within = { start: first.getStart(), end: last.end };
  return { content: within.start, cuts: [...aroundRange(file, statement, within), ...further] };
}
