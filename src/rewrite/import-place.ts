import { lineEnd, lineStart, nextLine } from '../text/lines.js';
import { type ImportDeclaration, type Node, type SourceFile, ts } from '../tools/syntax/syntax.js';
import { headerEnd } from './file-header.js';

/**
 * Where an import of `module` goes: in order where the file's imports of packages are in order, else behind the last
 * of them, and always below what belongs to the top of the file. The start of a line, or of a statement in a file that
 * has only one line.
 */
export function placeFor(
  file: SourceFile,
  declarations: readonly ImportDeclaration[],
  module: string,
): number {
  const place = declarations.length === 0 ? beforeCode(file) : amongImports(file, declarations, module);
  return Math.max(place, headerEnd(file));
}

function amongImports(file: SourceFile, declarations: readonly ImportDeclaration[], module: string): number {
  const group = packageGroup(declarations, file.text);
  // Side-effect imports keep their place: nothing is sorted across them.
  const effect = group.findLastIndex((declaration) => !declaration.importClause);
  const packages = group.slice(effect + 1).filter((declaration) => !isRelative(declaration));
  const order = orderOf(packages.map(moduleOf));
  const follower = order && packages.find((declaration) => order(moduleOf(declaration), module) > 0);
  if (follower) return statementStart(file, follower);
  const last = (packages.at(-1) ?? group.at(-1)) as ImportDeclaration;
  return behind(file, last);
}

/** The line below the last import, if that is alone on its line. */
export function belowImports(file: SourceFile): number | undefined {
  const last = file.statements.filter(ts.isImportDeclaration).at(-1);
  if (!last) return undefined;
  const at = behind(file, last);
  return at > last.end ? at : undefined;
}

/** The last run of imports without a blank line between them that names a package, else the last run. */
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

/** The line below a statement; where more than a comment follows it in its line, the place above it. */
function behind(file: SourceFile, statement: ImportDeclaration): number {
  const { text } = file;
  const rest = text.slice(statement.end, lineEnd(text, statement.end));
  const next = nextLine(text, statement.end);
  const isAlone = /^\s*;?\s*(\/\*([^*]|\*(?!\/))*\*\/\s*)*(\/\/.*)?$/.test(rest) && text[next - 1] === '\n';
  return isAlone ? next : statementStart(file, statement);
}

/** Where a statement's first line starts, the comments that belong to it included. */
function statementStart(file: SourceFile, statement: Node): number {
  const { text } = file;
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  let start = statement.getStart();
  for (const comment of [...comments].reverse()) {
    const between = text.slice(comment.end, start);
    // A blank line parts a licence or a section heading from the statement below it.
    if (between.trim() !== '' || /\n[ \t\r]*\n/.test(between)) break;
    start = comment.pos;
  }
  const line = lineStart(text, start);
  const first = text.startsWith('\uFEFF') ? 1 : 0;
  return text.slice(line, start).replace('\uFEFF', '').trim() === '' ? Math.max(line, first) : start;
}

/** In a file without imports: above the first statement that is no directive. */
function beforeCode(file: SourceFile): number {
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

const plain: Order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const folded: Order = (a, b) => plain(a.toLowerCase(), b.toLowerCase());
/** Parts of Node before packages, as Biome and the usual import plugins have them. */
const nodeFirst: Order = (a, b) => Number(isOfNode(b)) - Number(isOfNode(a)) || folded(a, b);
/** Scopes are passed over, as in `@z/a` before `b`. */
const withoutScope: Order = (a, b) => folded(a.replace(/^@/, ''), b.replace(/^@/, ''));

/** The order that a file's imports are in, if any. One import is in order by itself. */
function orderOf(names: readonly string[]): Order | undefined {
  const isIn = (order: Order) =>
    names.every((name, index) => index === 0 || order(names[index - 1] as string, name) <= 0);
  return names.length === 0 ? undefined : [folded, plain, nodeFirst, withoutScope].find(isIn);
}

function isOfNode(module: string): boolean {
  return /^(node|bun|cloudflare):/.test(module);
}
