import { deletion, type Edit } from '../core/edits.js';
import { nextLine } from '../text/lines.js';
import type { FileImports, RuntimeImport } from '../tools/syntax/imports.js';
import type { ImportDeclaration, SourceFile } from '../tools/syntax/syntax.js';

/** Removes imports of our runtime whose names `isUnused`. */
export function dropImports(
  file: SourceFile,
  imports: FileImports,
  isUnused: (local: string) => boolean,
): Edit[] {
  return imports.runtime.flatMap(({ declaration, specifiers }) => {
    const unused = specifiers.filter(({ local }) => isUnused(local));
    if (unused.length === 0) return [];
    if (unused.length === specifiers.length) return [dropStatement(file.text, declaration, imports)];
    return dropSpecifiers(specifiers, unused);
  });
}

function dropStatement(text: string, declaration: ImportDeclaration, imports: FileImports): Edit {
  const start = declaration.getStart();
  const nextStart = nextLine(text, declaration.end);
  const alone = text.slice(declaration.end, nextStart).trim() === '';
  if (!alone) return deletion(start, text[declaration.end] === ' ' ? declaration.end + 1 : declaration.end);
  return deletion(start, isLastOfOurs(declaration, imports) ? blankLineEnd(text, nextStart) : nextStart);
}

/** If all imports of a file are ours, the blank line below them is ours too. */
function isLastOfOurs(declaration: ImportDeclaration, { declarations, runtime }: FileImports): boolean {
  return declarations.length === runtime.length && declarations.at(-1) === declaration;
}

function blankLineEnd(text: string, at: number): number {
  const end = nextLine(text, at);
  return text.slice(at, end).trim() === '' && end > at ? end : at;
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
