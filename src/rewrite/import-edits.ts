import { deletion, type Edit, insertion } from '../core/edits.js';
import { lineStart, nextLine } from '../text/lines.js';
import type { TextStyle } from '../text/style.js';
import type { FileImports, RuntimeImport } from '../tools/syntax/imports.js';
import { type ImportDeclaration, type Node, type SourceFile, ts } from '../tools/syntax/syntax.js';

interface Statement {
  readonly module: string;
  readonly specifiers: readonly string[];
}

/**
 * Adds import statements where a careful hand would: in order where the file's imports are in
 * order, else behind the last import of a package. Whole lines, so that taking them out is exact.
 */
export function addImports(
  file: SourceFile,
  imports: FileImports,
  statements: readonly Statement[],
  style: TextStyle,
): Edit[] {
  if (statements.length === 0) return [];
  const text = file.text;
  const { quote, semicolon } = importStyle(imports.declarations, text);
  const lines = statements.map(
    ({ module, specifiers }) =>
      `import { ${specifiers.join(', ')} } from ${quote}${module}${quote}${semicolon ? ';' : ''}`,
  );
  const at = placeFor(file, imports, (statements[0] as Statement).module);
  const wholeLines = at === 0 || text[at - 1] === '\n' || (at === 1 && text[0] === '\uFEFF');
  // A file in one line: the import ends with a semicolon whatever the style, and one space follows.
  if (!wholeLines || !text.includes('\n')) {
    return [insertion(at, lines.map((line) => `${line.replace(/;?$/, ';')} `).join(''))];
  }
  return [insertion(at, lines.map((line) => line + style.eol).join(''))];
}

/** Takes out the imports of our runtime whose names `isUnused`. */
export function dropImports(
  file: SourceFile,
  imports: FileImports,
  isUnused: (local: string) => boolean,
): Edit[] {
  return imports.runtime.flatMap(({ declaration, specifiers }) => {
    const unused = specifiers.filter(({ local }) => isUnused(local));
    if (unused.length === 0) return [];
    if (unused.length === specifiers.length) return [dropStatement(file.text, declaration)];
    return dropSpecifiers(specifiers, unused);
  });
}

function dropStatement(text: string, declaration: ImportDeclaration): Edit {
  const start = declaration.getStart();
  const lineEnd = nextLine(text, declaration.end);
  const alone = text.slice(declaration.end, lineEnd).trim() === '';
  if (alone) return deletion(start, lineEnd);
  return deletion(start, text[declaration.end] === ' ' ? declaration.end + 1 : declaration.end);
}

function dropSpecifiers(all: RuntimeImport['specifiers'], unused: RuntimeImport['specifiers']): Edit[] {
  const lastKept = all.findLastIndex((specifier) => !unused.includes(specifier));
  const edits = unused.flatMap((specifier) => {
    const index = all.indexOf(specifier);
    return index < lastKept ? [deletion(specifier.start, (all[index + 1] ?? specifier).start)] : [];
  });
  const last = all.at(-1);
  const kept = all[lastKept];
  return last && kept && last !== kept ? [...edits, deletion(kept.end, last.end)] : edits;
}

function importStyle(
  declarations: readonly ImportDeclaration[],
  text: string,
): { quote: string; semicolon: boolean } {
  const [first] = declarations;
  if (!first) return { quote: text.includes("'") ? "'" : '"', semicolon: /;\s*$/m.test(text) };
  return { quote: first.moduleSpecifier.getText()[0] ?? "'", semicolon: first.getText().endsWith(';') };
}

/** Where the first of our statements goes: the start of a line, or of a statement in a one-line file. */
function placeFor(file: SourceFile, imports: FileImports, module: string): number {
  const text = file.text;
  const { declarations } = imports;
  if (declarations.length === 0) return beforeCode(file);
  const group = packageGroup(declarations, text);
  const packages = group.filter((declaration) => !isRelative(declaration));
  const names = packages.map(moduleOf);
  const follower = isSorted(names)
    ? packages.find((declaration) => compare(moduleOf(declaration), module) > 0)
    : undefined;
  if (follower) return statementStart(file, follower);
  const last = (packages.at(-1) ?? group.at(-1)) as ImportDeclaration;
  return nextLineOrStatement(file, last);
}

/** The last run of imports without a blank line between them that names a package, else the last run. */
function packageGroup(declarations: readonly ImportDeclaration[], text: string): ImportDeclaration[] {
  const groups: ImportDeclaration[][] = [];
  for (const declaration of declarations) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const between = before ? text.slice(before.end, declaration.getStart()) : '\n\n';
    if (!group || /\n[ \t\r]*\n/.test(between) || /\S/.test(between)) groups.push([declaration]);
    else group.push(declaration);
  }
  return groups.findLast((group) => group.some((one) => !isRelative(one))) ?? groups.at(-1) ?? [];
}

function nextLineOrStatement(file: SourceFile, after: ImportDeclaration): number {
  const lineEnd = nextLine(file.text, after.end);
  const rest = file.text.slice(after.end, lineEnd);
  if (/^\s*(\/\/.*|\/\*.*\*\/\s*)?$/.test(rest) && file.text[lineEnd - 1] === '\n') return lineEnd;
  return after.getStart();
}

/** Where a statement's first line starts, the comments that belong to it included. */
function statementStart(file: SourceFile, statement: Node): number {
  const { text } = file;
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  let start = statement.getStart();
  for (const comment of comments.reverse()) {
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

function isSorted(names: readonly string[]): boolean {
  return (
    names.length > 1 &&
    names.every((name, index) => index === 0 || compare(names[index - 1] as string, name) <= 0)
  );
}

function compare(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0;
}
