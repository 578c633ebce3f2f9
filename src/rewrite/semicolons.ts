import { type ImportDeclaration, type SourceFile, ts } from '../tools/syntax/syntax.js';

/** The end that most statements of a file have. If the file has imports, only these count. */
export function semicolonOf(file: SourceFile, declarations: readonly ImportDeclaration[]): ';' | '' {
  const statements = declarations.length > 0 ? declarations : file.statements.filter(mayEndWithSemicolon);
  const withSemicolon = statements.filter((one) => one.getText().endsWith(';')).length;
  return statements.length === 0 || withSemicolon * 2 >= statements.length ? ';' : '';
}

function mayEndWithSemicolon(statement: SourceFile['statements'][number]): boolean {
  return (
    ts.isVariableStatement(statement) ||
    ts.isExpressionStatement(statement) ||
    ts.isExportAssignment(statement) ||
    ts.isTypeAliasDeclaration(statement)
  );
}
