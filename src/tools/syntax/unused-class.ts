import { type SourceFile, ts } from './syntax.js';

/**
 * Returns true if a line is in a class that the file neither exports nor names a second time.
 * @param line 1-based
 */
export function isInUnusedClass(file: SourceFile, line: number): boolean {
  const at = file.getPositionOfLineAndCharacter(line - 1, 0);
  return file.statements.some((statement) => {
    if (!ts.isClassDeclaration(statement) || !statement.name || statement.modifiers?.length) return false;
    if (at < statement.getStart() || at >= statement.end) return false;
    const name = statement.name.text.replaceAll('$', '\\$');
    const uses = file.text.match(new RegExp(`(?<![\\w$])${name}(?![\\w$])`, 'g')) ?? [];
    return uses.length === 1;
  });
}
