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
 * Wraps consecutive statements and indents each line by a level:
 * `x = f();` becomes `x = createTrace({ … }).run(() => { return f(); });`.
 */
export function printStatements(
  text: string,
  site: HandlerSite,
  target: StatementsTarget,
  options: WrapOptions,
): Edit[] {
  const { body, awaits, sets, settings = [], gives, isAlone, lines } = target;
  const resultUse = isAlone ? '' : sets === undefined ? 'return ' : `${sets} = `;
  const before = `${resultUse}${awaits ? 'await ' : ''}`;
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

/** The lines that declare and return the new variable. */
function newLines({ name, by }: NewValue, sets: string | undefined, { semicolon }: WrapOptions) {
  const last = `return ${name}${semicolon}`;
  if (typeof by === 'object') return { last };
  return { first: `let ${name}${by === 'copy' ? ` = ${sets}` : ''}${semicolon}`, last };
}

/** `x = E` becomes `const newX: T = E`. The code after it that reads `x` then reads `newX`. */
function renamed({ name, uses, by }: NewValue): Edit[] {
  const declared = typeof by === 'object' ? by : undefined;
  return [
    ...(declared ? [insertion(declared.start, `${declared.keyword} `)] : []),
    ...uses.map(({ start, end, isMember }) =>
      // `{ x }` becomes `{ x: newX }`.
      isMember ? insertion(end, `: ${name}`) : { start, end, text: name },
    ),
    ...(declared?.type === undefined ? [] : [insertion(declared.end, `: ${declared.type}`)]),
  ];
}

/** Recognises wrapped statements, on their own lines or not. */
export function recogniseStatements(call: CallExpression, inner: InlineFunction): Wrapper | undefined {
  if (!ts.isBlock(inner.body)) return undefined;
  const within = ts.isAwaitExpression(call.parent) ? call.parent : call;
  const { parent } = within;
  const inside = [...inner.body.statements];
  if (ts.isReturnStatement(parent) && !ts.isBlock(parent.parent)) return statementWrapper(parent, inside, []);
  if (ts.isExpressionStatement(parent)) return statementWrapper(parent, withoutOurReturn(inside), []);
  if (!ts.isBinaryExpression(parent) || !ts.isExpressionStatement(parent.parent)) return undefined;
  const sets = parent.left.getText();
  const last = inside.at(-1);
  const gives = last && ts.isReturnStatement(last) ? last.expression?.getText() : undefined;
  const userCode = inside.slice(0, -1);
  if (gives !== undefined && newNames(sets).includes(gives)) {
    const userStatements = userCode[0] && isOurLine(userCode[0], gives, sets) ? userCode.slice(1) : userCode;
    return statementWrapper(parent.parent, userStatements, [
      ...declarationCuts(userStatements, gives, sets),
      ...restoredNames(userStatements, gives, sets),
    ]);
  }
  // Earlier versions wrote a variable of the same name.
  const declared = gives === sets ? declarationCuts(userCode, sets) : [];
  if (gives === sets && (declared.length > 0 || hasAssignmentTo(inside, sets)))
    return statementWrapper(parent.parent, userCode, declared);
  return isPlainAssignment(parent)
    ? statementWrapper(parent.parent, inside, returnsOf(inside, sets))
    : undefined;
}

/** Without our `return variable` at the end, which only gives the trace its output. */
function withoutOurReturn(inside: readonly Node[]): readonly Node[] {
  const last = inside.at(-1);
  const isOurs = last && ts.isReturnStatement(last) && last.expression && ts.isIdentifier(last.expression);
  return isOurs ? inside.slice(0, -1) : inside;
}

function isPlainAssignment({ operatorToken }: BinaryExpression): boolean {
  return operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** The cuts that turn our `const newX: T = E` into `x = E` again. */
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

/** Recognises `let newX = x;` and `let newX;`. */
function isOurLine(statement: Node, name: string, sets: string): boolean {
  const line = statement.getText().replace(/;$/, '');
  return line === `let ${name}` || line === `let ${name} = ${sets}`;
}

/** The cuts that replace the new variable's name with the outer variable's name. */
function restoredNames(statements: readonly Node[], name: string, sets: string): Cut[] {
  return referencesIn(statements, name).map((use) => {
    const { parent } = use;
    const isMember =
      ts.isPropertyAssignment(parent) && parent.initializer === use && parent.name.getText() === sets;
    return isMember
      ? { start: parent.name.end, end: use.end }
      : { start: use.getStart(), end: use.end, text: sets };
  });
}

function hasAssignmentTo(statements: readonly Node[], name: string): boolean {
  let found = false;
  visitOutsideFunctions(statements, (node) => {
    if (ts.isBinaryExpression(node) && node.left.getText() === name) found = true;
  });
  return found;
}

/** The cuts that turn `return E` into `x = E` again. */
function returnsOf(statements: readonly Node[], sets: string): Cut[] {
  const cuts: Cut[] = [];
  visitOutsideFunctions(statements, (node) => {
    if (ts.isReturnStatement(node) && node.expression)
      cuts.push({ start: node.getStart(), end: node.expression.getStart(), text: `${sets} = ` });
  });
  return cuts;
}

/** Visits the nodes of statements, except those in inner functions. */
function visitOutsideFunctions(statements: readonly Node[], visit: (node: Node) => void): void {
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
  userCode: readonly Node[],
  further: readonly Cut[],
): Wrapper | undefined {
  const first = userCode[0];
  const last = userCode.at(-1);
  if (!first || !last) return undefined;
  const file = statement.getSourceFile();
  // The content begins here, even if a cut begins at the same offset.
  const within = { start: first.getStart(), end: last.end };
  return { content: within.start, cuts: [...aroundRange(file, statement, within), ...further] };
}
