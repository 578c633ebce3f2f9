import { lineEnd, lineStart, nextLine } from '../text/lines.js';
import { type ImportDeclaration, type Node, type SourceFile, ts } from '../tools/syntax/syntax.js';
import { headerEnd } from './file-header.js';

/**
 * The offset for an import of `module`. If the file's package imports are sorted, it keeps the order; otherwise it is
 * after the last of them. It is always below the file's header. It is the start of a line; in a file of one line, the
 * start of a statement.
 */
export function placeFor(
  file: SourceFile,
  declarations: readonly ImportDeclaration[],
  module: string,
): number {
  const place =
    declarations.length === 0 ? aboveFirstStatement(file) : amongImports(file, declarations, module);
  return Math.max(place, headerEnd(file));
}

function amongImports(file: SourceFile, declarations: readonly ImportDeclaration[], module: string): number {
  const group = packageGroup(declarations, file.text);
  // A side-effect import depends on its place, so imports above it are not sorted with those below.
  const lastSideEffect = group.findLastIndex((declaration) => !declaration.importClause);
  const packages = group.slice(lastSideEffect + 1).filter((declaration) => !isRelative(declaration));
  const order = orderOf(packages.map(moduleOf));
  const nextInOrder = order && packages.find((declaration) => order(moduleOf(declaration), module) > 0);
  if (nextInOrder) return statementStart(file, nextInOrder);
  const last = (packages.at(-1) ?? group.at(-1)) as ImportDeclaration;
  return lineBelow(file, last);
}

/** The line below the last import. Undefined if other code follows the import on its line. */
export function belowImports(file: SourceFile): number | undefined {
  const last = file.statements.filter(ts.isImportDeclaration).at(-1);
  if (!last) return undefined;
  const at = lineBelow(file, last);
  return at > last.end ? at : undefined;
}

/** Blank lines divide imports into groups. Returns the last group with a package, or else the last group. */
function packageGroup(declarations: readonly ImportDeclaration[], text: string): ImportDeclaration[] {
  const groups: ImportDeclaration[][] = [];
  for (const declaration of declarations) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const between = before ? text.slice(before.end, declaration.getStart()) : '\n\n';
    if (!group || /\n[ \t\r]*\n/.test(between)) groups.push([declaration]);
    else group.push(declaration);
  }
  return groups.findLast((group) => group.some((one) => !isRelative(one))) ?? groups.at(-1) ?? [];
}

/** The line below a statement. If code follows on the same line, the start of the statement. */
function lineBelow(file: SourceFile, statement: ImportDeclaration): number {
  const { text } = file;
  const rest = text.slice(statement.end, lineEnd(text, statement.end));
  const next = nextLine(text, statement.end);
  const isAlone = /^\s*;?\s*(\/\*([^*]|\*(?!\/))*\*\/\s*)*(\/\/.*)?$/.test(rest) && text[next - 1] === '\n';
  return isAlone ? next : statementStart(file, statement);
}

/** The start of a statement's first line, including the comments that belong to it. */
function statementStart(file: SourceFile, statement: Node): number {
  const { text } = file;
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  let start = statement.getStart();
  for (const comment of [...comments].reverse()) {
    const between = text.slice(comment.end, start);
    // A blank line separates a licence or a section heading from the statement below.
    if (between.trim() !== '' || /\n[ \t\r]*\n/.test(between)) break;
    start = comment.pos;
  }
  const line = lineStart(text, start);
  const first = text.startsWith('\uFEFF') ? 1 : 0;
  return text.slice(line, start).replace('\uFEFF', '').trim() === '' ? Math.max(line, first) : start;
}

/** In a file without imports: above the first statement that is not a directive. */
function aboveFirstStatement(file: SourceFile): number {
  const code = file.statements.find(
    (statement) => !(ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression)),
  );
  return code ? statementStart(file, code) : file.text.length;
}

function moduleOf(declaration: ImportDeclaration): string {
  return declaration.moduleSpecifier.getText().slice(1, -1);
}

function isRelative(declaration: ImportDeclaration): boolean {
  return /^[.~#]|^@\//.test(moduleOf(declaration));
}

type Order = (a: string, b: string) => number;

const byCodeUnit: Order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const ignoringCase: Order = (a, b) => byCodeUnit(a.toLowerCase(), b.toLowerCase());
/** Node's modules come before packages, as in Biome and the usual import plugins. */
const nodeFirst: Order = (a, b) => Number(isBuiltIn(b)) - Number(isBuiltIn(a)) || ignoringCase(a, b);
/** The `@` of a scope is ignored: `@z/a` sorts as `z/a`. */
const ignoringAt: Order = (a, b) => ignoringCase(a.replace(/^@/, ''), b.replace(/^@/, ''));

/** The order in which a file's imports are sorted, if any. A single import counts as sorted. */
function orderOf(names: readonly string[]): Order | undefined {
  const isSorted = (order: Order) =>
    names.every((name, index) => index === 0 || order(names[index - 1] as string, name) <= 0);
  return names.length === 0 ? undefined : [ignoringCase, byCodeUnit, nodeFirst, ignoringAt].find(isSorted);
}

function isBuiltIn(module: string): boolean {
  return /^(node|bun|cloudflare):/.test(module);
}
