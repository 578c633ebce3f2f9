import { type ImportDeclaration, type SourceFile, ts } from '../tools/syntax/syntax.js';

/** The end of most of a file's statements; imports are checked first. */
export function semicolonOf(file: SourceFile, declarations: readonly ImportDeclaration[]): ';' | '' {
  const ended = declarations.length > 0 ? declarations : file.statements.filter(isEnded);
  const closed = ended.filter((one) => one.getText().endsWith(';')).length;
  return ended.length === 0 || closed * 2 >= ended.length ? ';' : '';
}

function isEnded(statement: SourceFile['statements'][number]): boolean {
  return (
    ts.isVariableStatement(statement) ||
    ts.isExpressionStatement(statement) ||
    ts.isExportAssignment(statement) ||
    ts.isTypeAliasDeclaration(statement)
  );
}
