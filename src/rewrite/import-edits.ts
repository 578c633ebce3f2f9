import { type Edit, insertion } from '../core/edits.js';
import type { FileImports } from '../tools/syntax/imports.js';
import type { ImportDeclaration, SourceFile } from '../tools/syntax/syntax.js';
import { placeFor } from './import-place.js';
import { quoteOf } from './quotes.js';
import { semicolonOf } from './semicolons.js';
import { columnsOf } from './shapes/width.js';
import type { WrapOptions } from './wrap-options.js';

interface Statement {
  readonly module: string;
  readonly specifiers: readonly string[];
}

/** Adds import statements in the order of the file's imports. They are whole lines, so `remove` can cut them exactly. */
export function addImports(
  file: SourceFile,
  imports: FileImports,
  statements: readonly Statement[],
  { style, width, trailingComma }: Pick<WrapOptions, 'style' | 'width' | 'trailingComma'>,
): Edit[] {
  const [first] = statements;
  if (!first) return [];
  const { text } = file;
  const { declarations } = imports;
  const quote = importQuote(declarations) ?? quoteOf(file);
  const semicolon = semicolonOf(file, declarations);
  const onePerLine = (specifiers: readonly string[]) => {
    const each = specifiers.map((one) => `${style.eol}${style.indent}${one}`).join(',');
    return `${each}${trailingComma ? ',' : ''}${style.eol}`;
  };
  const lines = statements.map(({ module, specifiers }) => {
    const statement = (named: string) => `import {${named}} from ${quote}${module}${quote}${semicolon}`;
    const line = statement(` ${specifiers.join(', ')} `);
    const isWide =
      columnsOf(line, width.tab) > width.line && text.includes('\n') && !isSingleName(specifiers);
    return isWide ? statement(onePerLine(specifiers)) : line;
  });
  const at = placeFor(file, declarations, first.module);
  const wholeLines = at === 0 || text[at - 1] === '\n' || (at === 1 && text[0] === '\uFEFF');
  // If the file is one line, the import needs a semicolon in every style. One space follows it.
  if (!wholeLines || !text.includes('\n')) {
    return [insertion(at, lines.map((line) => `${line.replace(/;?$/, ';')} `).join(''))];
  }
  const below = declarations.length === 0 ? style.eol : '';
  return [insertion(at, lines.map((line) => line + style.eol).join('') + below)];
}

/** Formatters never break an import of one name. */
function isSingleName([first = '', ...more]: readonly string[]): boolean {
  return more.length === 0 && !first.includes(' as ');
}

/** The quote that most imports of the file use. */
function importQuote(declarations: readonly ImportDeclaration[]): '"' | "'" | undefined {
  if (declarations.length === 0) return undefined;
  const double = declarations.filter((one) => one.moduleSpecifier.getText().startsWith('"')).length;
  return double * 2 > declarations.length ? '"' : "'";
}
